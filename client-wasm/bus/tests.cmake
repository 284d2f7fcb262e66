# SPDX-License-Identifier: Apache-2.0
# The bus's tests. test_bus_threads has the ThreadSanitizer in every preset that it goes together
# with, so that the ordinary tests run it.
cortado_test(NAME bus LIBRARIES cortado_bus SOURCES
  blocks.test.cpp doorbell.test.cpp pipes.test.cpp participants.test.cpp ring.test.cpp)

# The same sources over another Word: all interleavings, and death at each step.
cortado_test(NAME bus_steps SOURCES ${sources} testdata/stepped_word.cpp steps.test.cpp)
if(TARGET test_bus_steps)
  target_compile_definitions(test_bus_steps PRIVATE CORTADO_BUS_STEPPED)
  target_compile_options(test_bus_steps PRIVATE -O2)  # sanitized, too: there are many interleavings
  target_include_directories(test_bus_steps PRIVATE "${PROJECT_SOURCE_DIR}")
endif()

# Optimised, or the millions of messages would take minutes.
set(bus_threads_options -O2 -g1)
set(bus_threads_link_options "")
if(CORTADO_SANITIZE)
  message(STATUS "Cortado: bus_threads has the sanitizers of this build: ${CORTADO_SANITIZE}")
else()
  include(CheckCXXSourceCompiles)
  set(CMAKE_REQUIRED_FLAGS "-fsanitize=thread")
  check_cxx_source_compiles("int main() { return 0; }" CORTADO_HAS_TSAN)
  unset(CMAKE_REQUIRED_FLAGS)
  if(NOT CORTADO_HAS_TSAN)
    message(STATUS "Cortado: this compiler has no ThreadSanitizer: no test bus_threads")
    return()
  endif()
  list(APPEND bus_threads_options -fsanitize=thread -fno-sanitize-recover=all)
  set(bus_threads_link_options -fsanitize=thread)
endif()
cortado_test(NAME bus_threads TIMEOUT 600 SOURCES ${sources}
  threads.test.cpp threads_blocks.test.cpp
  "${PROJECT_SOURCE_DIR}/cmake/test/main.cpp")
if(TARGET test_bus_threads)
  target_compile_options(test_bus_threads PRIVATE ${bus_threads_options})
  target_link_options(test_bus_threads PRIVATE ${bus_threads_link_options})
  target_include_directories(test_bus_threads PRIVATE "${PROJECT_SOURCE_DIR}")
  find_package(Threads REQUIRED)
  target_link_libraries(test_bus_threads PRIVATE Threads::Threads)
endif()
