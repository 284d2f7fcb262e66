# SPDX-License-Identifier: Apache-2.0
# cortado_warnings(target…): the warnings of this project's own code. They are errors for its
# developers and with the compilers it is tested with; a newer compiler warns of more, and must
# not stop a first `make demo`.

set(compiler "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}")
if(CORTADO_DEVELOPER_MODE AND compiler MATCHES "^(GNU 12|Clang 19)\\.")
  set(warnings_are_errors ON)
else()
  set(warnings_are_errors OFF)
endif()
option(CORTADO_WARNINGS_AS_ERRORS "Stop at warnings in Cortado's own code" ${warnings_are_errors})

function(cortado_warnings)
  foreach(target IN LISTS ARGN)
    target_compile_options(${target} PRIVATE
      -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast
      -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wformat=2 -Wimplicit-fallthrough
      -Wextra-semi -Wundef
      $<$<BOOL:${CORTADO_WARNINGS_AS_ERRORS}>:-Werror>)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      target_compile_options(${target} PRIVATE -Wduplicated-cond -Wlogical-op
        # When it optimises, g++ 12 finds these in its own inlined standard library. Sanitizers,
        # clang and clang-tidy look for the real ones.
        -Wno-array-bounds -Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow
        -Wno-stringop-overread)
    endif()
  endforeach()
endfunction()
