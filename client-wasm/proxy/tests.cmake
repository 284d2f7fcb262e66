# SPDX-License-Identifier: Apache-2.0
# The tests of the engine. Each names the section of the RFC that it is about.
cortado_test(NAME proxy_parts LIBRARIES cortado_proxy SOURCES
  cache_control.test.cpp catalogue.test.cpp configuration.test.cpp entity_tag.test.cpp
  heads.test.cpp http_date.test.cpp key.test.cpp pattern.test.cpp text.test.cpp url.test.cpp)
cortado_test(NAME proxy_cache LIBRARIES cortado_proxy SOURCES
  freshness.test.cpp invalidation.test.cpp range.test.cpp requests.test.cpp
  stale.test.cpp storing.test.cpp strategies.test.cpp validation.test.cpp vary.test.cpp)
cortado_test(NAME proxy_engine LIBRARIES cortado_proxy SOURCES
  engine.test.cpp properties.test.cpp)

cortado_fuzzer(NAME proxy_engine SOURCES engine.fuzz.cpp exports.cpp LIBRARIES cortado_proxy
  SEEDS seeds/engine)
