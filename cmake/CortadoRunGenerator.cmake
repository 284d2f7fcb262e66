# SPDX-License-Identifier: Apache-2.0
# cmake -P: what cortado_generate() runs for one schema. A script, because a pipe that notices
# failures at both ends is not portable in a build rule.
list(TRANSFORM IMPORT_DIRS PREPEND "-I" OUTPUT_VARIABLE imports)
set(compile "${CAPNP}" compile ${imports} "--src-prefix=${PREFIX}")

file(MAKE_DIRECTORY "${OUT}")
execute_process(COMMAND ${compile} "-o${CAPNPC_CXX}:${OUT}" "${SCHEMA}" RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "capnp could not compile ${SCHEMA}: see above")
endif()
execute_process(COMMAND ${compile} -o- "${SCHEMA}" COMMAND "${CAPNPC_CORTADO}" ${FLAGS}
  RESULTS_VARIABLE failed)
if(NOT failed STREQUAL "0;0")
  message(FATAL_ERROR "capnpc-cortado could not generate from ${SCHEMA}: see above")
endif()
