# SPDX-License-Identifier: Apache-2.0
# `cortado_boost`: Boost's headers with this project's settings, and Asio, Beast and JSON compiled
# once, instead of in each file that includes them. Native builds only.

file(READ "${PROJECT_SOURCE_DIR}/tools/versions.json" versions_json)
string(JSON boost_minimum GET "${versions_json}" boost minimum)

# CORTADO_BOOST_INCLUDE_DIR: the folder that holds boost/version.hpp, from set-up or by -D.
if(NOT CORTADO_BOOST_INCLUDE_DIR)
  # All we use is headers. Boost's own configuration files are asked first, then CMake's module.
  find_package(Boost ${boost_minimum} REQUIRED)
  set(CORTADO_BOOST_INCLUDE_DIR "${Boost_INCLUDE_DIRS}")
endif()
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Threads REQUIRED)

add_library(cortado_boost STATIC "${PROJECT_SOURCE_DIR}/cmake/boost/compiled.cpp")
add_library(Cortado::boost ALIAS cortado_boost)
# Not for a system folder: naming /usr/include would reorder the compiler's own search.
if(NOT CORTADO_BOOST_INCLUDE_DIR IN_LIST CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES)
  target_include_directories(cortado_boost SYSTEM PUBLIC
    $<BUILD_INTERFACE:${CORTADO_BOOST_INCLUDE_DIR}>)
endif()
target_compile_definitions(cortado_boost PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION
  BOOST_BEAST_SEPARATE_COMPILATION
  BOOST_ASIO_NO_DEPRECATED           # no function that the next release drops
  BOOST_ASIO_DISABLE_BOOST_COROUTINE # C++20 coroutines only
  BOOST_ALL_NO_LIB)
target_compile_options(cortado_boost PRIVATE -w) # not our code
target_link_libraries(cortado_boost PUBLIC OpenSSL::SSL OpenSSL::Crypto ZLIB::ZLIB Threads::Threads)
