@0xc0fa5c6f828b9da5;
# Imports the file above.

using Cxx = import "/capnp/c++.capnp";
using Shared = import "../shared.capnp";
$Cxx.namespace("hazard::imports");

struct Deeper @0xd9f296fd88259d1a {
  shared @0 :Shared.Shared;
  again @1 :Deeper;
}
