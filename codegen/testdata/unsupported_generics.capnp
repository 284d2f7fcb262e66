# Each line that is refused says what of: the test compares.
@0xb761d3d6f902141c;

struct Box(T) {  # error: generic type 'Box'
  item @0 :T;
}

struct User {
  box @0 :Box(Text);
}

struct Outer(K) {  # error: generic type 'Outer'
  struct Inner { key @0 :K; }
}

interface Store {
  get @0 [T] (key :T) -> ();  # error: generic method 'get'
  fine @1 ();
}
