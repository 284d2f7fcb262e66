// SPDX-License-Identifier: Apache-2.0
// Writes data/*.bin from data/index.json, data/*.json and special.cpp. Run by hand after a change:
// the files are golden, and a difference is a decision.
#include <exception>
#include <iostream>
#include <set>

#include "schema/vectors/index.hpp"
#include "schema/vectors/special.hpp"

int main() {
  using namespace cortado::vectors;
  try {
    std::set<std::string> made;
    for (const Special& special : special_vectors()) {
      write_bytes(special.name + ".bin", special.bytes);
      made.insert(special.name);
    }
    for (const Vector& vector : read_index()) {
      const bool is_made_elsewhere = made.contains(vector.bin) || vector.bin != vector.name;
      if (is_made_elsewhere) continue;
      const std::string source = vector.input.empty() ? vector.json : vector.input;
      write_bytes(vector.bin + ".bin", encode(vector.structure, source));
      made.insert(vector.bin);
    }
    std::cout << made.size() << " messages\n";
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
