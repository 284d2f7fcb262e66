# Types of other files: beside, below, above, and by an absolute path.
@0xaed83a4d60697b83;

using Cxx = import "/capnp/c++.capnp";
using Cortado = import "/cortado/annotations.capnp";
using Shared = import "shared.capnp";
using import "deep/deeper.capnp".Deeper;
$Cxx.namespace("hazard::imports");

struct Local @0x8ebf41a833d048d6 {
  shared @0 :Shared.Shared;
  deeper @1 :Deeper;
  color @2 :Shared.Color = green;
  nested @3 :List(Shared.Shared.Nested);
}

interface Service @0x9dc052b944e159d7 {
  exchange @0 Shared.Shared -> Deeper $Cortado.idempotent;
}
