# What is measured: a text comes back, once or many times.
@0xb3c4f1d8207a96e5;

using Cxx = import "/capnp/c++.capnp";
using Cortado = import "/cortado/annotations.capnp";
$Cxx.namespace("cortado::bench");

interface Echo @0xe92d5b7c16a0f348 {
  echo @0 (text :Text) -> (text :Text);

  repeat @1 (text :Text, count :UInt32) -> (text :Text)
      $Cortado.stream(results = true);
}
