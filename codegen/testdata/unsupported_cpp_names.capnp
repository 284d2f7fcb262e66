# What capnpc-c++ would make uncompilable code of.
@0xfba5171b3d46585b;

struct Shape {
  struct Circle { radius @0 :Float64; }
  circle :group {  # error: group 'circle' becomes 'Circle' in C++
    radius @0 :Float64;
  }
  struct Reader { a @0 :Int32; }  # error: struct 'Reader' becomes 'Reader' in C++
  enum Builder { a @0; }  # error: enum 'Builder' becomes 'Builder' in C++
  struct Shape { a @0 :Int32; }  # error: struct 'Shape' becomes 'Shape' in C++
}

struct Choice {
  struct Which { a @0 :Int32; }  # error: struct 'Which' becomes 'Which' in C++
  union {
    a @0 :Int32;
    b @1 :Int32;
  }
}

interface Market {
  struct Client { a @0 :Int32; }  # error: struct 'Client' becomes 'Client' in C++
}

const tooLarge :Float64 = inf;  # error: constant 'tooLarge' is not finite
