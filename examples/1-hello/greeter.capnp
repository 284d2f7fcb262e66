@0xdf3b85c2a9e04176;

interface Greeter {
  hello @0 (name :Text) -> (text :Text);
  # Greets whoever is named.
}
