# SPDX-License-Identifier: Apache-2.0
# Tests of the generator itself, then of what it made: codegen/golden/ is compiled and run.

add_library(codegen_test_support STATIC EXCLUDE_FROM_ALL test_support.cpp)
target_compile_definitions(codegen_test_support PRIVATE CORTADO_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
target_compile_definitions(codegen_test_support PUBLIC
  CORTADO_CAPNP="$<TARGET_FILE:Cortado::capnp>"
  CORTADO_CAPNP_IMPORT_DIR="${CORTADO_CAPNP_IMPORT_DIR}"
  CORTADO_GENERATOR="$<TARGET_FILE:capnpc-cortado>")
target_link_libraries(codegen_test_support PUBLIC cortado_codegen)
if(TARGET cortado_test_main)
  target_link_libraries(codegen_test_support PUBLIC cortado_test_main)
endif()
add_dependencies(codegen_test_support capnpc-cortado)
cortado_warnings(codegen_test_support)

cortado_test(NAME codegen_text SOURCES text.test.cpp LIBRARIES cortado_codegen)
cortado_test(NAME codegen_model SOURCES load.test.cpp refused.test.cpp
  LIBRARIES codegen_test_support)
cortado_test(NAME codegen_program SOURCES main.test.cpp LIBRARIES codegen_test_support)

cortado_fuzzer(NAME codegen_request SOURCES request.fuzz.cpp LIBRARIES cortado_codegen SEEDS seeds)

# The golden files, copied to where capnpc-c++ writes its own: includes are relative to each other.
set(golden_dir "${CMAKE_CURRENT_BINARY_DIR}/golden")
file(GLOB_RECURSE golden_schemas CONFIGURE_DEPENDS RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}/testdata"
  testdata/*.capnp)
list(FILTER golden_schemas EXCLUDE REGEX "^unsupported_")
set(golden_sources "")
foreach(schema IN LISTS golden_schemas)
  string(REGEX REPLACE "\\.capnp$" "" stem "${schema}")
  add_custom_command(
    OUTPUT "${golden_dir}/${schema}.c++" "${golden_dir}/${schema}.h"
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${golden_dir}"
    COMMAND Cortado::capnp compile "-I${CORTADO_CAPNP_IMPORT_DIR}" "-I${PROJECT_SOURCE_DIR}/schema"
      "--src-prefix=${CMAKE_CURRENT_SOURCE_DIR}/testdata"
      "-o$<TARGET_FILE:Cortado::capnpc_cxx>:${golden_dir}"
      "${CMAKE_CURRENT_SOURCE_DIR}/testdata/${schema}"
    DEPENDS "testdata/${schema}" Cortado::capnp Cortado::capnpc_cxx
    VERBATIM)
  set_source_files_properties("${golden_dir}/${schema}.c++" PROPERTIES COMPILE_OPTIONS -w)
  list(APPEND golden_sources "${golden_dir}/${schema}.c++" "${golden_dir}/${schema}.h")
  foreach(file ${stem}.cortado.hpp ${stem}.cortado.cpp ${stem}.cortado.json.hpp
      ${stem}.cortado.json.cpp)
    configure_file("golden/${file}" "${golden_dir}/${file}" COPYONLY)
    list(APPEND golden_sources "${golden_dir}/${file}")
  endforeach()
endforeach()
add_library(codegen_golden STATIC EXCLUDE_FROM_ALL ${golden_sources})
target_include_directories(codegen_golden SYSTEM PUBLIC "${golden_dir}")
target_link_libraries(codegen_golden PUBLIC cortado_rpc_json)
cortado_warnings(codegen_golden) # generated code has none
# Each file by itself would read Cap'n Proto's and Boost.JSON's headers again: minutes of every test.
# g++ warns of lambdas in coroutines wherever they are not in the main file.
set_target_properties(codegen_golden PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
target_compile_options(codegen_golden PRIVATE
  $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)

cortado_test(NAME codegen_golden_code SOURCES golden_json.test.cpp golden_rpc.test.cpp
  golden_stream.test.cpp
  LIBRARIES codegen_golden)

add_subdirectory("${PROJECT_SOURCE_DIR}/schema/vectors" "${PROJECT_BINARY_DIR}/schema/vectors")
