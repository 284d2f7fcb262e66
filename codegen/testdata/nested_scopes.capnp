# Types within types, and interfaces within structs and interfaces.
@0xd9c3e5f70b142638;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("hazard::nested_scopes");

struct Outer @0x8e54fc13d7ea926a {
  # Contains what it uses.
  struct Inner @0x9d650d24e8fba37b {
    # Deeper.
    struct Innermost @0xac761e35f90cb48c {
      depth @0 :Int32 = 3;
      color @1 :Color = blue;

      enum Color @0xbb872f460a1dc59d {
        red @0;
        green @1;
        blue @2;
      }
    }
    innermost @0 :Innermost;
    color @1 :Innermost.Color;
  }

  enum Color @0xca98405711ae26ae {
    # Another enum of the same name, not the same.
    cyan @0;
    magenta @1;
  }

  const answer :Int32 = 42;
  const favorite :Color = magenta;

  inner @0 :Inner;
  color @1 :Color;
  innermost @2 :Inner.Innermost;
  list @3 :List(Inner.Innermost);
}

struct Other @0xd9a9516822bf37bf {
  inner @0 :Outer.Inner;
  color @1 :Outer.Inner.Innermost.Color = blue;
}

interface Exchange @0xe8ba627933d048d0 {
  struct Quote @0xf7cb738a44e159d2 {
    price @0 :Float64;
  }

  interface Market @0x86dc849b55f26ae3 {
    quote @0 (symbol :Text) -> Quote;
    history @1 (symbol :Text, count :UInt32 = 10) -> (quotes :List(Quote));
  }

  markets @0 () -> (names :List(Text));
}
