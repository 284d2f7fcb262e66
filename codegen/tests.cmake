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
