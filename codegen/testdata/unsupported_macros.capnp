# Names that the C library has macros for, once capnpc-c++ has written them in capitals.
@0xae4b7d8e9facbdc1;

enum Token {
  word @0;
  eof @1;  # warning: it becomes 'EOF' in C++
}

struct Number {
  union {
    value @0 :Float64;
    nan @1 :Void;  # warning: it becomes 'NAN' in C++
    infinity @2 :Void;  # warning: it becomes 'INFINITY' in C++
  }
}
