# What a C++ program in a worker serves to the pages of the browser tests.
@0xc2f84a1e6d90b357;

using Cxx = import "/capnp/c++.capnp";
using Cortado = import "/cortado/annotations.capnp";
$Cxx.namespace("workshop");

interface Workshop {
  digest @0 (data :Data) -> (size :UInt32, sum :UInt32);
  # How many bytes arrived, and their sum modulo 2^32.

  produce @1 (size :UInt32) -> (data :Data);
  # That many bytes, each its index modulo 251.

  never @2 () -> ();
  # Never answers.

  stopped @3 (calls :UInt32) -> (calls :UInt32);
  # Answers once at least so many calls of `never` and `chat` were given up or out of time: how many.

  fail @4 (message :Text) -> ();
  # Ends with `not_found`.

  break @5 () -> ();
  # The handler throws what is no RpcError.

  crash @6 () -> ();
  # The program aborts.

  compute @7 (ms :UInt32) -> ();
  # Blocks the worker's thread for so long.

  count @8 (to :UInt64, paddingSize :UInt32) -> (value :UInt64, padding :Data)
      $Cortado.stream(results = true);
  # The numbers up to and without `to`.

  sum @9 (value :UInt64, padding :Data) -> (sum :UInt64, items :UInt64)
      $Cortado.stream(params = true);

  chat @10 (value :UInt64) -> (value :UInt64, doubled :UInt64)
      $Cortado.stream(params = true, results = true);

  sumOfPage @11 (to :UInt64) -> (sum :UInt64);
  # Adds the numbers that the page's own `count` streams.

  digestOfPage @12 (size :UInt32) -> (size :UInt32, sum :UInt32);
  # What the page says of so many bytes: its own `digest`.
}

interface Page {
  # What the page serves.

  count @0 (to :UInt64) -> (value :UInt64)
      $Cortado.stream(results = true);

  digest @1 (data :Data) -> (size :UInt32, sum :UInt32);
}
