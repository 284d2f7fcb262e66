# SPDX-License-Identifier: Apache-2.0
# cortado_test(NAME wire_frame SOURCES frame.test.cpp LIBRARIES cortado_wire): one doctest
# executable and one entry of ctest. Under Emscripten the same sources are linked for Node.
# Test sources include <doctest/doctest.h> and define no main(). In a build that is not for
# developers the call does nothing.

set(CORTADO_DOCTEST_INCLUDE_DIR "" CACHE PATH "Folder that holds doctest/doctest.h")

if(CORTADO_DEVELOPER_MODE)
  # Under Emscripten CMake would search the sysroot only; doctest is a header without a system.
  find_path(CORTADO_DOCTEST_FOUND doctest/doctest.h
    HINTS "${CORTADO_DOCTEST_INCLUDE_DIR}" PATHS /usr/include /usr/local/include
    NO_CMAKE_FIND_ROOT_PATH)
  if(NOT CORTADO_DOCTEST_FOUND)
    message(STATUS "Cortado: doctest is not installed (package doctest-dev): no C++ tests")
  endif()
endif()

# All test programs. They are not part of `all`, which is what somebody who only wants to use or see
# Cortado builds; the build presets name both.
add_custom_target(cortado_tests)

if(CORTADO_DEVELOPER_MODE AND CORTADO_DOCTEST_FOUND)
  # Copied, as an include path of /usr/include would bring the host's C library into a wasm build.
  file(COPY "${CORTADO_DOCTEST_FOUND}/doctest" DESTINATION "${PROJECT_BINARY_DIR}/doctest-include")
  add_library(cortado_test_main STATIC EXCLUDE_FROM_ALL "${PROJECT_SOURCE_DIR}/cmake/test/main.cpp")
  target_include_directories(cortado_test_main SYSTEM PUBLIC
    "${PROJECT_BINARY_DIR}/doctest-include")
  target_link_libraries(cortado_test_main PUBLIC cortado_wasm_exceptions)
  if(EMSCRIPTEN)
    target_link_options(cortado_test_main INTERFACE
      -sENVIRONMENT=node
      -sNODERAWFS=1            # tests read golden files of the tree
      -sEXIT_RUNTIME=1         # the exit status is the result
      -sALLOW_MEMORY_GROWTH=1
      -sSTACK_SIZE=1MB)        # the default of 64 KB is for applications that count bytes
  endif()
endif()

# TIMEOUT in seconds: a hang is a failure soon, not when CI gives up.
function(cortado_test)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;TIMEOUT" "SOURCES;LIBRARIES;ARGUMENTS")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_NAME OR NOT arg_SOURCES)
    message(FATAL_ERROR "cortado_test(NAME … SOURCES … [LIBRARIES …] [ARGUMENTS …] [TIMEOUT …])")
  endif()
  if(NOT TARGET cortado_test_main)
    return()
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  set(target "test_${arg_NAME}")
  add_executable(${target} EXCLUDE_FROM_ALL ${arg_SOURCES})
  target_link_libraries(${target} PRIVATE ${arg_LIBRARIES} cortado_test_main)
  # Tests may read files of the tree: vectors, golden output.
  target_compile_definitions(${target} PRIVATE CORTADO_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  cortado_warnings(${target})
  add_dependencies(cortado_tests ${target})
  add_test(NAME ${arg_NAME} COMMAND ${target} --no-colors=true ${arg_ARGUMENTS}
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties(${arg_NAME} PROPERTIES TIMEOUT ${arg_TIMEOUT})
endfunction()
