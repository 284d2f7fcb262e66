# Methods whose params, results or both are sequences, and names that meet in their code.
@0x9fd1b6c47a30e825;

using Cxx = import "/capnp/c++.capnp";
using Cortado = import "/cortado/annotations.capnp";
using Interfaces = import "interfaces.capnp";
$Cxx.namespace("hazard::streams");

struct Line @0xae20c5d68b41f936 {
  text @0 :Text;
  number @1 :UInt32;
}

struct Items @0xbd31d4e79c520a47 { clash @0 :Int32; }
# Named as what TypeScript calls a sequence to be sent.
struct ItemStream @0xcc42e3f8ad631b58 { clash @0 :Int32; }
struct Service @0xdb53f20abe742c69 { clash @0 :Int32; }

interface Feed @0xea64011bcf853d7a {
  # Of every kind.

  size @0 (name :Text) -> (size :UInt64) $Cortado.idempotent;

  watch @1 (name :Text, after :UInt32) -> Line
    # Lines as they come.
    $Cortado.stream(results = true)
    $Cortado.overflow(policy = dropOldest);

  all @2 () -> Line $Cortado.stream(results = true) $Cortado.deadline(5000);

  upload @3 Line -> (size :UInt64, count :UInt32)
    $Cortado.stream(params = true);

  chat @4 Line -> (from :Text, line :Line)
    $Cortado.stream(params = true, results = true);

  ticks @5 () -> () $Cortado.stream(results = true);
  other @6 Interfaces.Item -> Interfaces.Item $Cortado.stream(params = true, results = true);
  then @7 () -> Line $Cortado.stream(results = true);
  new @8 (items :Items, params :ItemStream, call :Service) -> ()
    $Cortado.stream(params = true);
}

interface Sequences @0xf975102ce0964e8b {
  # Nothing but streams.
  count @0 (to :UInt32) -> (number :UInt32) $Cortado.stream(results = true);
}

const feedService :UInt32 = 7;
# Named as what makes a service of an implementation.
