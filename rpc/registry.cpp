// SPDX-License-Identifier: Apache-2.0
// Services by interface id and by name, sorted once and found by bisection.
#include <algorithm>
#include <vector>

#include "rpc/connection.hpp"

namespace cortado {

struct ServiceRegistry::State {
  struct ById {
    std::uint64_t interface_id;
    Service* service;
  };
  struct ByName {
    std::string_view name;
    Service* service;
  };
  std::vector<ById> by_id;
  std::vector<ByName> by_name;
  std::vector<Service*> all;  // in the order of add()
};

ServiceRegistry::ServiceRegistry() : state_(std::make_unique<State>()) {}
ServiceRegistry::~ServiceRegistry() = default;

bool ServiceRegistry::add(Service& service) {
  const ServiceInfo& info = service.info();
  if (find(info.interface_id) != nullptr || find(info.name) != nullptr) return false;
  const auto id_at =
      std::ranges::lower_bound(state_->by_id, info.interface_id, {}, &State::ById::interface_id);
  state_->by_id.insert(id_at, {info.interface_id, &service});
  const auto name_at =
      std::ranges::lower_bound(state_->by_name, info.name, {}, &State::ByName::name);
  state_->by_name.insert(name_at, {info.name, &service});
  state_->all.push_back(&service);
  return true;
}

Service* ServiceRegistry::find(std::uint64_t interface_id) const {
  const auto found =
      std::ranges::lower_bound(state_->by_id, interface_id, {}, &State::ById::interface_id);
  if (found == state_->by_id.end() || found->interface_id != interface_id) return nullptr;
  return found->service;
}

Service* ServiceRegistry::find(std::string_view name) const {
  const auto found = std::ranges::lower_bound(state_->by_name, name, {}, &State::ByName::name);
  if (found == state_->by_name.end() || found->name != name) return nullptr;
  return found->service;
}

std::span<Service* const> ServiceRegistry::all() const { return state_->all; }

}  // namespace cortado
