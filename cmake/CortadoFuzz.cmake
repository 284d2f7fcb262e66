# SPDX-License-Identifier: Apache-2.0
# cortado_fuzzer(NAME frame_decoder SOURCES frame.fuzz.cpp LIBRARIES cortado_wire SEEDS folder…):
# a source with LLVMFuzzerTestOneInput becomes two programs.
# - A ctest that replays the seeds, so that a crash once found (a file added to SEEDS) is tested by
#   every compiler and sanitizer.
# - In the asan preset a libFuzzer in build/asan/fuzzers/ too, run by `make fuzz` and `make test`. It
#   is led by what it covers of LIBRARIES, of each that is named, and those are optimized.

set(CORTADO_FUZZERS_DIR "${PROJECT_BINARY_DIR}/fuzzers")
if(CORTADO_FUZZ)
  add_custom_target(fuzzers)
endif()

function(cortado_fuzzer)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME" "SOURCES;LIBRARIES;SEEDS")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_NAME OR NOT arg_SOURCES)
    message(FATAL_ERROR "cortado_fuzzer(NAME … SOURCES … [LIBRARIES …] [SEEDS …])")
  endif()
  if(NOT CORTADO_DEVELOPER_MODE)
    return()
  endif()
  list(TRANSFORM arg_SEEDS REPLACE "^([^/].*)" "${CMAKE_CURRENT_SOURCE_DIR}/\\1")
  if(EMSCRIPTEN)
    return()
  endif()
  cortado_add_seed_replay()
  if(CORTADO_FUZZ)
    cortado_add_libfuzzer()
  endif()
endfunction()

macro(cortado_add_libfuzzer)
  set(target "fuzz_${arg_NAME}")
  add_executable(${target} EXCLUDE_FROM_ALL ${arg_SOURCES})
  target_link_libraries(${target} PRIVATE ${arg_LIBRARIES})
  target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  foreach(library IN LISTS arg_LIBRARIES)
    get_target_property(options ${library} COMPILE_OPTIONS)
    if(NOT "-fsanitize=fuzzer-no-link" IN_LIST options)
      target_compile_options(${library} PRIVATE -fsanitize=fuzzer-no-link -O1)
    endif()
  endforeach()
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME ${arg_NAME} RUNTIME_OUTPUT_DIRECTORY "${CORTADO_FUZZERS_DIR}")
  cortado_warnings(${target})
  add_dependencies(fuzzers ${target})
  # The runner reads the seeds' folders here, one a line.
  list(JOIN arg_SEEDS "\n" seed_lines)
  file(WRITE "${CORTADO_FUZZERS_DIR}/${arg_NAME}.seeds" "${seed_lines}\n")
endmacro()

macro(cortado_add_seed_replay)
  set(target "replay_${arg_NAME}")
  add_executable(${target} EXCLUDE_FROM_ALL ${arg_SOURCES}
    "${PROJECT_SOURCE_DIR}/cmake/test/replay_seeds.cpp")
  target_link_libraries(${target} PRIVATE ${arg_LIBRARIES})
  cortado_warnings(${target})
  add_dependencies(cortado_tests ${target})
  add_test(NAME fuzz_seeds_${arg_NAME} COMMAND ${target} ${arg_SEEDS})
  set_tests_properties(fuzz_seeds_${arg_NAME} PROPERTIES TIMEOUT 120)
endmacro()
