# SPDX-License-Identifier: Apache-2.0
# The Emscripten that set-up found or made, else the one on PATH. It hands over to Emscripten's own
# toolchain file; a preset cannot name that one, as its place differs from machine to machine.

if(NOT CORTADO_EMSCRIPTEN_ROOT)
  include("${CMAKE_CURRENT_LIST_DIR}/../../.toolchain/setup.cmake" OPTIONAL)
endif()
if(NOT CORTADO_EMSCRIPTEN_ROOT)
  find_program(CORTADO_EMCC emcc HINTS "$ENV{EMSDK}/upstream/emscripten" NO_CMAKE_FIND_ROOT_PATH)
  if(NOT CORTADO_EMCC)
    message(FATAL_ERROR "No Emscripten found. Run `node tools/setup/setup.mjs`, or put emcc on PATH.")
  endif()
  file(REAL_PATH "${CORTADO_EMCC}" emcc)
  cmake_path(GET emcc PARENT_PATH CORTADO_EMSCRIPTEN_ROOT)
endif()

include("${CORTADO_EMSCRIPTEN_ROOT}/cmake/Modules/Platform/Emscripten.cmake")
