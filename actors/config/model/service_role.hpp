// A component that is a service in the tree: a worker, change source, scheduler, builder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actors/config/model/model.hpp"
#include "runtime/service/kind.hpp"
#include "storage/records/ids.hpp"

namespace troupe::model {

/// A login at the PB listeners that a component needs.
struct pb_login {
  std::string user;
  std::string password;            ///< Sealed.
  std::string perspective;         ///< Path of the service that hears of its sessions.
  bool worker = false;             ///< It must bring a mind.
  std::optional<std::string> port; ///< Where it may log in; nothing: on all ports of the workers.
};

/// What the tree knows when it makes the children that a configuration names.
struct tree_context {
  const master& configuration;
  master_id id;            ///< Of the master.
  std::string config_file; ///< Its name, the source of properties.
  std::map<std::string, std::vector<const part*>, std::less<>> builders_of_worker{};
};

class service_role : public component_role {
public:
  virtual const runtime::service_kind& kind() const = 0;
  /// The stored form of the configuration of the service that `of` wants.
  virtual bytes configuration(const part& of, const component& is,
                              const tree_context& in) const = 0;
  /// The way back, but for what is not in the service's configuration, such as a password.
  virtual part as_part(const component& is, std::string_view configuration) const = 0;
  /// `path`: where the service is in the tree.
  virtual std::vector<pb_login> pb_logins(const part&, const component&, const std::string&) const {
    return {};
  }
  /// How it is supervised, where not as usual.
  virtual void specify(runtime::child_spec&) const {}
};

/// The role of a component whose service's configuration is read from its arguments by field name.
template <class Service>
class service_of : public service_role {
public:
  using config_type = typename Service::config_type;

  const runtime::service_kind& kind() const final { return Service::static_kind(); }
  bytes configuration(const part& of, const component& is, const tree_context& in) const final {
    auto made = settings_of<config_type>(of, is);
    adjust(made, of, in);
    return encode(made);
  }
  part as_part(const component& is, std::string_view configuration) const final {
    auto read = decode<config_type>(configuration).value();
    return part_from_settings(is, ops_of<config_type>(), &read);
  }

protected:
  /// Fills in what is not among the arguments of the part.
  virtual void adjust(config_type&, const part&, const tree_context&) const {}
};

} // namespace troupe::model
