# SPDX-License-Identifier: Apache-2.0
# What a browser loads, of executables that are compiled by Emscripten and link Cortado::client.
#
# cortado_page(board FOLDER dist FILES index.html styles.css)
# FOLDER gets board.js, the script to name in the page, board.wasm, which it fetches from beside
# itself, and FILES. main() may return: what it has started lives as long as the page.
#
# cortado_worker(imaging FOLDER dist FILES imaging.worker.js)
# FOLDER gets imaging.js, a module whose default export starts the program in a worker
# (<cortado/worker.hpp> says how), imaging.d.ts, its types, imaging.wasm, and FILES.
#
# The target's OUTPUT_NAME is theirs. The scripts make no code out of text, so that a page, and a
# worker's own answer, may be as strict as
#   Content-Security-Policy: default-src 'self'; script-src 'self' 'wasm-unsafe-eval'

set(CORTADO_WORKER_TYPES "${CMAKE_CURRENT_LIST_DIR}/worker/program.d.ts" CACHE INTERNAL "")

function(cortado_page target)
  cortado_put_together(${target} ${ARGN})
  target_link_options(${target} PRIVATE
    -sENVIRONMENT=web
    -sINCOMING_MODULE_JS_API=[]) # nobody configures it from JavaScript
endfunction()

function(cortado_worker target)
  cortado_put_together(${target} ${ARGN})
  target_link_options(${target} PRIVATE
    -sENVIRONMENT=worker
    -sMODULARIZE
    -sEXPORT_ES6
    -sINCOMING_MODULE_JS_API=[locateFile]) # for bundlers that put the .wasm elsewhere
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FOLDER" "")
  cmake_path(ABSOLUTE_PATH arg_FOLDER NORMALIZE)
  set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS "${CORTADO_WORKER_TYPES}")
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND "${CMAKE_COMMAND}" -E copy_if_different "${CORTADO_WORKER_TYPES}"
      "${arg_FOLDER}/$<TARGET_FILE_BASE_NAME:${target}>.d.ts"
    VERBATIM)
endfunction()

function(cortado_put_together target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FOLDER" "FILES")
  if(arg_UNPARSED_ARGUMENTS OR NOT TARGET ${target} OR NOT arg_FOLDER)
    message(FATAL_ERROR "cortado_page(target FOLDER … [FILES …]), and so cortado_worker()")
  endif()
  cmake_path(ABSOLUTE_PATH arg_FOLDER NORMALIZE)
  target_link_options(${target} PRIVATE
    -sDYNAMIC_EXECUTION=0
    -sFILESYSTEM=0
    -sALLOW_MEMORY_GROWTH=1
    -sMALLOC=emmalloc
    -sSTACK_SIZE=256KB) # the default of 64 KB is for applications that count bytes
  set_target_properties(${target} PROPERTIES SUFFIX .js)

  set(files "${arg_FILES}")
  list(TRANSFORM files PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/" REGEX "^[^/]")
  set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS "${files}")
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${arg_FOLDER}"
    COMMAND "${CMAKE_COMMAND}" -E copy_if_different "$<TARGET_FILE:${target}>"
      "$<PATH:REPLACE_EXTENSION,$<TARGET_FILE:${target}>,wasm>" ${files} "${arg_FOLDER}"
    COMMENT "Putting together what a browser loads of ${target}"
    VERBATIM)
endfunction()
