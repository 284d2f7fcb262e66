# Interfaces without methods and with many, every annotation, every way to state params.
@0xa650c2c5e8f1030b;

using Cxx = import "/capnp/c++.capnp";
using Cortado = import "/cortado/annotations.capnp";
$Cxx.namespace("hazard::interfaces");

struct Item @0xd17a1e850aad1592 {
  symbol @0 :Text;
  price @1 :Float64;
}

struct Nothing @0xe08b2f961bbe26a3 {}

interface Empty @0xef9c30a72ccf37b4 {}

interface Annotated @0xfead41b83de048c5 $Cortado.deadline(1000) $Cortado.requires(["user"]) {
  # Every annotation at least once.

  read @0 (symbol :Text, count :UInt32, side :Side) -> Item
    $Cortado.idempotent
    $Cortado.cache(ttlMs = 5000, scope = public, tags = ["item", "item:{symbol}/{side}"]);

  write @1 (item :Item, queue :Text) -> ()
    $Cortado.idempotent
    $Cortado.deadline(250)
    $Cortado.queueOffline("queue")
    $Cortado.invalidates(["item:{queue}"])
    $Cortado.requires(["admin", "writer"]);

  queueAll @2 () -> () $Cortado.idempotent $Cortado.queueOffline("");

  watch @3 (symbol :Text) -> Item
    $Cortado.stream(results = true)
    $Cortado.overflow(policy = keepNewest, key = "symbol");

  upload @4 (chunk :Data) -> (size :UInt64)
    $Cortado.stream(params = true)
    $Cortado.overflow(policy = block);

  plain @5 (a :Int32 = 1, b :Text = "b", c :List(Int32)) -> (sum :Int32);
  structs @6 Nothing -> Nothing;
  nothing @7 ();
}

enum Side @0x8dbe52c94ef159d6 {
  buy @0;
  sell @1;
}

interface Many @0x9ccf63da5f026ae7 {
  m0 @0 (); m1 @1 (); m2 @2 (); m3 @3 (); m4 @4 (); m5 @5 (); m6 @6 (); m7 @7 ();
  m8 @8 (); m9 @9 (); m10 @10 (); m11 @11 (); m12 @12 (); m13 @13 (); m14 @14 ();
  m15 @15 (); m16 @16 (); m17 @17 (); m18 @18 (); m19 @19 (); m20 @20 ();
}
