# The older of two versions of one schema; the newer is evolution_v2.capnp.
@0xf32d8f92b5bed0d8;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("hazard::evolution_v1");

enum Kind @0xa447eb52dd7ae26f {
  plain @0;
  fancy @1;
}

struct Item @0xb358fc63ee8bf370 {
  id @0 :UInt32;
  name @1 :Text;
  kind @2 :Kind;
  union {
    none @3 :Void;
    count @4 :Int32;
  }
}

struct Basket @0xc2690d74ff9c0481 {
  items @0 :List(Item);
  owner @1 :Text;
  mainItem @2 :Item;
}
