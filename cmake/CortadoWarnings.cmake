# SPDX-License-Identifier: Apache-2.0
# cortado_warnings(target…): the warnings of this project's own code; errors for its developers,
# never for those who build it as a dependency with a compiler we have not met.

function(cortado_warnings)
  foreach(target IN LISTS ARGN)
    target_compile_options(${target} PRIVATE
      -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast
      -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wformat=2 -Wimplicit-fallthrough
      -Wextra-semi -Wundef
      $<$<BOOL:${CORTADO_DEVELOPER_MODE}>:-Werror>)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      target_compile_options(${target} PRIVATE -Wduplicated-cond -Wlogical-op
        # When it optimises, g++ 12 finds these in its own inlined standard library. Sanitizers,
        # clang and clang-tidy look for the real ones.
        -Wno-array-bounds -Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow
        -Wno-stringop-overread)
    endif()
  endforeach()
endfunction()
