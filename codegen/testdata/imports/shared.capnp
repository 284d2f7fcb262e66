@0xbfe94b5e717a8c94;
# Another namespace, and a type of the same name as elsewhere.

using Cxx = import "/capnp/c++.capnp";
using import "deep/aliased.capnp".Aliased;
$Cxx.namespace("hazard::imports::shared");

using Alias = Aliased;

enum Color @0xaccf63ca55f26ae7 {
  red @0;
  green @1;
}

struct Shared @0xbbd074db66037bf8 {
  text @0 :Text;
  color @1 :Color;
  aliased @2 :Alias;

  struct Nested @0xcae185ec77148c09 {
    number @0 :Int32;
  }
}
