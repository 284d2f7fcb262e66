# Interfaces that extend, stream by Cap'n Proto's own word, or clash with their own lists.
@0xd983f5f81b24363e;

interface Base { ping @0 (); }

interface Derived extends (Base) {  # error: interface 'Derived' extends another
  pong @0 ();
}

interface Streaming {
  write @0 (chunk :Data) -> stream;  # error: `-> stream`
}

interface Clash {
  struct QuoteParams {  # error: struct 'QuoteParams'
    symbol @0 :Text;
  }
  quote @0 (symbol :Text) -> ();
}
