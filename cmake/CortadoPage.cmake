# SPDX-License-Identifier: Apache-2.0
# cortado_page(board FOLDER dist FILES index.html styles.css)
# makes of an executable that is compiled by Emscripten what a page loads: FOLDER gets board.js, the
# script to name in the page, board.wasm, which it fetches from beside itself, and FILES. The target's
# OUTPUT_NAME is theirs. For applications that link Cortado::client.
#
# The script makes no code out of text, so a page may be as strict as
#   Content-Security-Policy: default-src 'self'; script-src 'self' 'wasm-unsafe-eval'
# and main() may return: what it has started lives as long as the page.

function(cortado_page target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FOLDER" "FILES")
  if(arg_UNPARSED_ARGUMENTS OR NOT TARGET ${target} OR NOT arg_FOLDER)
    message(FATAL_ERROR "cortado_page(target FOLDER … [FILES …])")
  endif()
  cmake_path(ABSOLUTE_PATH arg_FOLDER NORMALIZE)
  target_link_options(${target} PRIVATE
    -sENVIRONMENT=web
    -sDYNAMIC_EXECUTION=0
    -sFILESYSTEM=0
    -sALLOW_MEMORY_GROWTH=1
    -sMALLOC=emmalloc
    -sSTACK_SIZE=256KB              # the default of 64 KB is for applications that count bytes
    -sINCOMING_MODULE_JS_API=[]) # nobody configures it from JavaScript
  set_target_properties(${target} PROPERTIES SUFFIX .js)

  set(files "${arg_FILES}")
  list(TRANSFORM files PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/" REGEX "^[^/]")
  set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS "${files}")
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${arg_FOLDER}"
    COMMAND "${CMAKE_COMMAND}" -E copy_if_different "$<TARGET_FILE:${target}>"
      "$<PATH:REPLACE_EXTENSION,$<TARGET_FILE:${target}>,wasm>" ${files} "${arg_FOLDER}"
    COMMENT "Putting the page of ${target} together"
    VERBATIM)
endfunction()
