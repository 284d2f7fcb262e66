# What the browser tests call: every kind of value there and back, and every way a call can end.
@0xb6d4f0a97c21e583;

using Cxx = import "/capnp/c++.capnp";
using Cortado = import "/cortado/annotations.capnp";
$Cxx.namespace("probe");

enum Roast {
  light @0;
  medium @1;
  dark @2;
}

struct Bean {
  name @0 :Text;
  grams @1 :Float64;
}

struct Everything {
  flag @0 :Bool;
  int8 @1 :Int8;
  int16 @2 :Int16;
  int32 @3 :Int32;
  int64 @4 :Int64;
  uint8 @5 :UInt8;
  uint16 @6 :UInt16;
  uint32 @7 :UInt32;
  uint64 @8 :UInt64;
  float32 @9 :Float32;
  float64 @10 :Float64;
  text @11 :Text;
  data @12 :Data;
  roast @13 :Roast;
  bean @14 :Bean;
  numbers @15 :List(Int64);
  texts @16 :List(Text);
  beans @17 :List(Bean);
  matrix @18 :List(List(Float64));
  flags @19 :List(Bool);
  roasts @20 :List(Roast);

  cup :union {
    empty @21 :Void;
    coffee @22 :Float32;
    order @23 :Bean;
    guest :group {
      name @24 :Text;
      age @25 :UInt8;
    }
  }
}

struct Reason {
  # The details of an error.

  hint @0 :Text;
}

struct Journal {
  # What became of the calls of `wait`, `never`, `hurried` and `linger`.

  started @0 :UInt32;
  finished @1 :UInt32;
  stopped @2 :UInt32;
  # Given up before they finished: cancelled, out of time, or their connection closed.
}

interface Probe {
  echo @0 (value :Everything) -> (value :Everything) $Cortado.idempotent;

  digest @1 (data :Data) -> (size :UInt32, sum :UInt32);
  # How many bytes arrived, and their sum modulo 2^32.

  produce @2 (size :UInt32) -> (data :Data) $Cortado.idempotent;
  # That many bytes, each its index modulo 251.

  wait @3 (ms :UInt32) -> ();
  # Answers after that many milliseconds.

  never @4 () -> ();
  # Never answers.

  fail @5 (code :UInt16, message :Text, hint :Text) -> ();
  # Ends with this status; with details when there is a hint.

  break @6 () -> ();
  # The handler throws what is no RpcError.

  count @7 () -> (calls :UInt64);
  # How often it was called since the server began.

  journal @8 (started :UInt32, stopped :UInt32) -> (journal :Journal);
  # Answers once at least so many calls of `wait` and `never` were started, and stopped.

  headline @9 (topic :Text) -> (text :Text)
      $Cortado.idempotent $Cortado.cache(ttlMs = 60000, scope = public);
  # The same for the same topic: what HTTP caches may keep.

  hurried @10 (ms :UInt32) -> () $Cortado.deadline(300);
  # As wait, but with a deadline in the schema.

  linger @11 (ms :UInt32) -> (runs :UInt32) $Cortado.idempotent;
  # As wait, and gives how many calls of all that wait were started.
}
