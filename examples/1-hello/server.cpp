#include <cortado/server.hpp>

#include <string>

#include "greeter.cortado.hpp"

class Greetings : public GreeterService {
  cortado::Task<void> hello(cortado::Call&, Greeter::HelloParams::Reader params,
                            Greeter::HelloResults::Builder results) override {
    results.setText("Hello, " + std::string(params.getName().cStr()) + "!");
    co_return;
  }
};

int main(int argc, char** argv) {
  Greetings greetings;
  cortado::ServerOptions options;
  if (argc > 1) options.port = static_cast<std::uint16_t>(std::stoi(argv[1]));
  options.static_root = "examples/1-hello/web";
  options.mounts = {{"/cortado/", "node_modules/cortado/dist"}};
  cortado::Server server(options);
  server.add(greetings);
  return server.run();
}
