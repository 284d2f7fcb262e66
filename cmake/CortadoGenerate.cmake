# SPDX-License-Identifier: Apache-2.0
# cortado_generate(TARGET market_schema SCHEMA market.capnp…
#   [IMPORT_DIRS dir…] [PREFIX dir] [TS_DIR dir] [OPENRPC_DIR dir] [JSON])
# makes a static library of messages, clients and services from Cap'n Proto schemas; editing a
# schema, or one that it imports, generates anew. Link the target and include "market.cortado.hpp".
#
#   SCHEMA       files; their generated code lies as they do below PREFIX
#   PREFIX       by default the folder of the first schema
#   IMPORT_DIRS  folders where `import "/a/b.capnp"` is looked for, besides Cortado's own
#                /cortado/annotations.capnp and Cap'n Proto's /capnp/*.capnp
#   TS_DIR       TypeScript is written here, too
#   OPENRPC_DIR  market.openrpc.json is written here, too
#   JSON         with the JSON codec, which a server for JSON-RPC needs; not in wasm builds
#
# Works natively and in Emscripten builds: the generators are programs of the machine that builds.

set(CORTADO_SCHEMA_IMPORT_DIR "${CMAKE_CURRENT_LIST_DIR}/../schema" CACHE INTERNAL
  "Where /cortado/annotations.capnp is")
set(CORTADO_GENERATE_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/CortadoRunGenerator.cmake" CACHE INTERNAL "")

# All files that `schema` imports, those of imports too. What is not found is left to the compiler,
# which says so better.
function(cortado_find_imports schema import_dirs result)
  set(found ${${result}})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${schema}")
  file(STRINGS "${schema}" lines REGEX "import[ \t]+\"")
  cmake_path(GET schema PARENT_PATH folder)
  foreach(line IN LISTS lines)
    string(REGEX REPLACE "^[^#]*import[ \t]+\"([^\"]+)\".*$" "\\1" path "${line}")
    if(path STREQUAL line)
      continue()
    endif()
    set(candidates "${folder}/${path}")
    if(path MATCHES "^/")
      list(TRANSFORM import_dirs APPEND "${path}" OUTPUT_VARIABLE candidates)
    endif()
    foreach(candidate IN LISTS candidates)
      cmake_path(NORMAL_PATH candidate)
      if(EXISTS "${candidate}" AND NOT candidate IN_LIST found)
        list(APPEND found "${candidate}")
        cortado_find_imports("${candidate}" "${import_dirs}" found)
      endif()
    endforeach()
  endforeach()
  set(${result} "${found}" PARENT_SCOPE)
endfunction()

function(cortado_generate)
  cmake_parse_arguments(PARSE_ARGV 0 arg "JSON" "TARGET;PREFIX;TS_DIR;OPENRPC_DIR"
    "SCHEMA;IMPORT_DIRS")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_TARGET OR NOT arg_SCHEMA)
    message(FATAL_ERROR "cortado_generate(TARGET … SCHEMA … [IMPORT_DIRS …] [PREFIX …] "
      "[TS_DIR …] [OPENRPC_DIR …] [JSON]): not understood: '${arg_UNPARSED_ARGUMENTS}'")
  endif()
  foreach(path IN LISTS arg_SCHEMA)
    cmake_path(ABSOLUTE_PATH path BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
    if(NOT EXISTS "${path}")
      message(FATAL_ERROR "cortado_generate: there is no schema ${path}")
    endif()
    list(APPEND schemas "${path}")
  endforeach()
  foreach(path IN LISTS arg_IMPORT_DIRS)
    cmake_path(ABSOLUTE_PATH path BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
    list(APPEND import_dirs "${path}")
  endforeach()
  list(APPEND import_dirs "${CORTADO_SCHEMA_IMPORT_DIR}" "${CORTADO_CAPNP_IMPORT_DIR}")
  foreach(option TS_DIR OPENRPC_DIR PREFIX)
    if(arg_${option})
      cmake_path(ABSOLUTE_PATH arg_${option} BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
    endif()
  endforeach()
  if(NOT arg_PREFIX)
    list(GET schemas 0 first)
    cmake_path(GET first PARENT_PATH arg_PREFIX)
  endif()
  if(EMSCRIPTEN)
    set(arg_JSON FALSE) # Boost.JSON is no part of a page
  endif()

  set(out "${CMAKE_CURRENT_BINARY_DIR}/${arg_TARGET}")
  set(flags "--source=${arg_PREFIX}" "--cpp=${out}")
  if(arg_JSON)
    list(APPEND flags "--json=${out}")
  endif()
  if(arg_TS_DIR)
    list(APPEND flags "--ts=${arg_TS_DIR}")
  endif()
  if(arg_OPENRPC_DIR)
    list(APPEND flags "--openrpc=${arg_OPENRPC_DIR}")
  endif()

  foreach(schema IN LISTS schemas)
    cmake_path(RELATIVE_PATH schema BASE_DIRECTORY "${arg_PREFIX}" OUTPUT_VARIABLE name)
    if(name MATCHES "^\\.\\.")
      message(FATAL_ERROR "cortado_generate: ${schema} is not below PREFIX ${arg_PREFIX}")
    endif()
    string(REGEX REPLACE "\\.capnp$" "" stem "${name}")
    set(sources "${out}/${name}.c++" "${out}/${stem}.cortado.cpp")
    set(others "${out}/${name}.h" "${out}/${stem}.cortado.hpp")
    if(arg_JSON)
      list(APPEND sources "${out}/${stem}.cortado.json.cpp")
      list(APPEND others "${out}/${stem}.cortado.json.hpp")
    endif()
    if(arg_TS_DIR)
      list(APPEND others "${arg_TS_DIR}/${stem}.cortado.ts")
    endif()
    if(arg_OPENRPC_DIR)
      list(APPEND others "${arg_OPENRPC_DIR}/${stem}.openrpc.json")
    endif()
    set(imports "")
    cortado_find_imports("${schema}" "${import_dirs}" imports)
    add_custom_command(
      OUTPUT ${sources} ${others}
      COMMAND "${CMAKE_COMMAND}" "-DCAPNP=$<TARGET_FILE:Cortado::capnp>"
        "-DCAPNPC_CXX=$<TARGET_FILE:Cortado::capnpc_cxx>"
        "-DCAPNPC_CORTADO=$<TARGET_FILE:capnpc-cortado>" "-DIMPORT_DIRS=${import_dirs}"
        "-DPREFIX=${arg_PREFIX}" "-DOUT=${out}" "-DSCHEMA=${schema}" "-DFLAGS=${flags}"
        -P "${CORTADO_GENERATE_SCRIPT}"
      DEPENDS "${schema}" ${imports} "${CORTADO_GENERATE_SCRIPT}" Cortado::capnp
        Cortado::capnpc_cxx capnpc-cortado "$<TARGET_FILE:capnpc-cortado>"
      COMMENT "Generating code from ${name}"
      VERBATIM)
    # Their warnings are nothing that who uses them could mend.
    set_source_files_properties(${sources} PROPERTIES COMPILE_OPTIONS -w SKIP_LINTING ON)
    list(APPEND all_sources ${sources} ${others})
  endforeach()

  add_library(${arg_TARGET} STATIC ${all_sources})
  target_include_directories(${arg_TARGET} SYSTEM PUBLIC "$<BUILD_INTERFACE:${out}>")
  target_link_libraries(${arg_TARGET} PUBLIC cortado_rpc cortado_capnp)
  if(arg_JSON)
    target_link_libraries(${arg_TARGET} PUBLIC cortado_rpc_json)
  endif()
endfunction()
