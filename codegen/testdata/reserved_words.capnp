# Names that are words of C++ or TypeScript, or that generated code uses itself.
@0xb7a1c3d5e9f20416;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("hazard::reserved_words");

enum Keyword @0x8c21d9e0a4b76f35 {
  class @0;
  default @1;
  delete @2;
  enum @3;
  function @4;
  new @5;
  null @6;
  undefined @7;
  constructor @8;
  prototype @9;
  requires @10;
  coAwait @11;
}

struct Words @0x9b30e8f1b5c87046 {
  class @0 :Int32;
  default @1 :Text;
  delete @2 :Bool;
  function @3 :List(Text);
  import @4 :Data;
  arguments @5 :UInt8;
  eval @6 :UInt16;
  await @7 :UInt32;
  constructor @8 :Float32;
  prototype @9 :Float64;
  toString @10 :Int8;
  hasOwnProperty @11 :Bool;
  value @12 :Int32;
  out @13 :Int32;
  json @14 :Text;
  at @15 :Int16;
  object @16 :Int64;
  member @17 :UInt64;
  place @18 :Words;
  which @19 :Keyword;
  names @20 :List(Words);
  params @21 :Int32;
  private @22 :Void;
  public @23 :Void;
  encode @24 :Int32;
  decode @25 :Int32;
  reader @26 :Int32;
  writer @27 :Int32;
}

struct Choice @0xaa4cf702c6d98157 {
  # A union whose members are words, too.
  union {
    which @0 :Int32;
    switch @1 :Text;
    case @2 :Void;
    union :group {
      struct @3 :Int32;
      which @4 :Keyword;
    }
    new @5 :Words;
  }
}

interface Map @0xb95d0813d7ea9268 {
  # An interface named as a class of JavaScript, with methods named as members of generated code.
  delete @0 (class :Int32, new :Text) -> (return :Bool);
  new @1 (options :Int32, call :Int32, fill :Text) -> (results :Int32);
  info @2 () -> ();
  dispatch @3 (ordinal :UInt16) -> (params :Words);
  jsonCodec @4 () -> (out :Text);
  unimplemented @5 ();
  call @6 (channel :Text);
  then @7 ();
  constructor @8 ();
}
