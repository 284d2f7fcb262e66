@0xd10b6d70939caeb6;
# Without a namespace in C++.

struct Aliased @0xe803a70e9936ae2b {
  number @0 :UInt64;
}
