# Streams by every policy, at either end, and names that meet those of what streams are made of.
@0xf2b6d08c915e37a4;

using Cxx = import "/capnp/c++.capnp";
using Cortado = import "/cortado/annotations.capnp";
$Cxx.namespace("hazard::stream_policies");

struct Sink @0xc3a1e5f70b2d9864 { write @0 :UInt32; tryWrite @1 :Text; }
struct Source @0xd8f42b6ca09e1357 { next @0 :UInt32; error @1 :Text; }
struct ServerStream @0xa5790c3e1f8b62d4 { item @0 :Text; }
struct Item @0xb71d48e2c6f5903a { name @0 :Text; level @1 :Level; flag @2 :Bool; number @3 :Int8; }

enum Level @0xe94b07d2358fa16c { low @0; high @1; }

interface Policies @0x8c25f1ab37d6e094 {
  blocks @0 () -> Item $Cortado.stream(results = true) $Cortado.overflow(policy = block);
  drops @1 () -> Item $Cortado.stream(results = true) $Cortado.overflow(policy = dropOldest);
  closes @2 () -> Item $Cortado.stream(results = true) $Cortado.overflow(policy = close);
  byText @3 () -> Item
    $Cortado.stream(results = true) $Cortado.overflow(policy = keepNewest, key = "name");
  byEnum @4 () -> Item
    $Cortado.stream(results = true) $Cortado.overflow(policy = keepNewest, key = "level");
  byBool @5 () -> Item
    $Cortado.stream(results = true) $Cortado.overflow(policy = keepNewest, key = "flag");
  byNumber @6 () -> Item
    $Cortado.stream(results = true) $Cortado.overflow(policy = keepNewest, key = "number");
  up @7 Item -> (count :UInt32)
    $Cortado.stream(params = true) $Cortado.overflow(policy = keepNewest, key = "name");
  upDrops @8 Item -> () $Cortado.stream(params = true) $Cortado.overflow(policy = dropOldest);
  both @9 Item -> Item
    $Cortado.stream(params = true, results = true)
    $Cortado.overflow(policy = keepNewest, key = "name");
}

interface Clash @0x97e3a60d4c1b528f {
  # Methods and types named as what they are made of.
  write @0 Sink -> Source $Cortado.stream(params = true, results = true);
  next @1 Source -> Sink $Cortado.stream(results = true);
  end @2 Sink -> ServerStream $Cortado.stream(params = true);
  finish @3 ServerStream -> ServerStream $Cortado.stream(params = true, results = true);
  error @4 () -> (call :Text) $Cortado.stream(results = true);
  call @5 (sink :Sink, source :Source, params :Text) -> (results :Text)
    $Cortado.stream(params = true);
  stream @6 (options :Text, channel :Text) -> (item :Text) $Cortado.stream(results = true);
}

interface DownOnly @0xac04d7f92e68b351 { down @0 () -> Item $Cortado.stream(results = true); }
interface UpOnly @0xbe7a13c5804df926 { up @0 Item -> () $Cortado.stream(params = true); }
