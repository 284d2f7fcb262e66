# SPDX-License-Identifier: Apache-2.0
# How everything is compiled, whatever room it is in.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
  # One place for what is run: scripts and tests need not know which room made a program.
  set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
  enable_testing()
  # Emscripten writes CommonJS where not told otherwise, and node would take it for ESM, as the
  # nearest package.json above is the workspace's.
  file(WRITE "${PROJECT_BINARY_DIR}/package.json" "{ \"type\": \"commonjs\" }\n")

  # A second build of the same sources costs seconds. Not for em++: ccache does not know it.
  find_program(CORTADO_CCACHE ccache)
  if(CORTADO_CCACHE AND NOT EMSCRIPTEN AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CORTADO_CCACHE}")
  endif()
endif()

if(CORTADO_SANITIZE)
  # Everything or nothing: half-instrumented standard containers give false alarms.
  add_compile_options(-fsanitize=${CORTADO_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${CORTADO_SANITIZE})
endif()

# C++ that throws, compiled for a page: tests, rpc/ and applications. cortado.wasm itself does not
# link this (docs/adr/0007-exceptions.md), it would bring unwinding code.
add_library(cortado_wasm_exceptions INTERFACE)
add_library(Cortado::wasm_exceptions ALIAS cortado_wasm_exceptions)
if(EMSCRIPTEN)
  target_compile_options(cortado_wasm_exceptions INTERFACE -fwasm-exceptions)
  target_link_options(cortado_wasm_exceptions INTERFACE -fwasm-exceptions)
endif()
