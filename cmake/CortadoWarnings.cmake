# SPDX-License-Identifier: Apache-2.0
# cortado_warnings(target…): the warnings of this project's own code; errors for its developers,
# never for those who build it as a dependency with a compiler we have not met.

function(cortado_warnings)
  foreach(target IN LISTS ARGN)
    target_compile_options(${target} PRIVATE
      -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast
      -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wnull-dereference -Wformat=2
      -Wimplicit-fallthrough -Wextra-semi -Wundef
      $<$<BOOL:${CORTADO_DEVELOPER_MODE}>:-Werror>)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      target_compile_options(${target} PRIVATE -Wduplicated-cond -Wlogical-op
        # g++ 12 sees null and uninitialised values in its own inlined standard library.
        -Wno-null-dereference -Wno-maybe-uninitialized
        # It warns about every coroutine's frame under -fsanitize.
        $<$<BOOL:${CORTADO_SANITIZE}>:-Wno-restrict>)
    endif()
  endforeach()
endfunction()
