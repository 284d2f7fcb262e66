# What is measured: a text comes back, once or many times, or many are taken.
@0xb3c4f1d8207a96e5;

using Cxx = import "/capnp/c++.capnp";
using Cortado = import "/cortado/annotations.capnp";
$Cxx.namespace("cortado::bench");

interface Echo @0xe92d5b7c16a0f348 {
  echo @0 (text :Text) -> (text :Text);

  repeat @1 (text :Text, count :UInt32) -> (text :Text)
      $Cortado.stream(results = true);
}

interface Streams @0xa6ea1856e7530515 {
  # Apart from Echo, so that a page that calls, whose bytes are counted, does not load them.

  collect @0 (text :Text) -> (text :Text, count :UInt32)
      $Cortado.stream(params = true);
  # The first text, and how many were equal to it.

  chat @1 (text :Text) -> (text :Text)
      $Cortado.stream(params = true, results = true);
  # Each text comes back at once.

  watch @2 (text :Text) -> (text :Text)
      $Cortado.stream(results = true);
  # The text once, and then nothing until the caller leaves.
}
