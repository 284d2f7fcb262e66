# The newer version of evolution_v1.capnp: new fields, enumerants, union members, a parameter.
@0x843ea0a3c6cfe1e9;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("hazard::evolution_v2");

enum Kind @0xa448eb52dd7ae270 {
  plain @0;
  fancy @1;
  royal @2;
}

struct Item @0xb359fc63ee8bf371 {
  id @0 :UInt32;
  name @1 :Text;
  kind @2 :Kind;
  union {
    none @3 :Void;
    count @4 :Int32;
    weight @5 :Float64;
    note @9 :Text;
  }
  price @6 :Int64 = 100;
  tags @7 :List(Text);
  parent @8 :Item;
}

struct Basket @0xc26a0d74ff9c0482 {
  items @0 :List(Item);
  owner @1 :Text;
  mainItem @2 :Item;
  total @3 :Int64;
  coupons @4 :List(Text);
}
