// changes.PBChangeSource.
#include <fmt/format.h>

#include "actors/changes/pb_change_source.hpp"
#include "actors/config/model/master.hpp"
#include "actors/config/model/part_check.hpp"
#include "actors/config/model/service_role.hpp"

namespace troupe::change_svc {

namespace types = model::types;
using model::part;

namespace {

void read_port(json& value, model::part_check& with) {
  if (value.is_null())
    return;
  if (auto port = model::read_port_text(value))
    value = to_json(*port);
  else
    with.expected("port", "a port, a number or text,", value);
}

void name_by_user(part& of, model::part_check&) {
  if (!of.name().empty())
    return;
  auto user = of.text("user").empty() ? "change" : of.text("user");
  auto port = of.text("port");
  of.set("name", to_json(port.empty() ? "PBChangeSource:" + user
                                      : fmt::format("PBChangeSource:{}:{}", user, port)));
}

class pb_change_source_role final : public model::service_of<pb_change_source> {
public:
  std::vector<model::pb_login> pb_logins(const part& of, const model::component& is,
                                         const std::string& path) const override {
    auto text = [&](std::string_view argument) {
      return std::string{model::as_text(model::value_of(of, is, argument))};
    };
    auto port = text("port");
    return {{text("user"), text("passwd"), path, false,
             port.empty() ? std::nullopt : std::optional{port}}};
  }
};

const pb_change_source_role pb_change_source_conduct;

} // namespace

extern const model::component pb_change_source_component;
const model::component pb_change_source_component{
    .space = "changes",
    .name = "PBChangeSource",
    .use = model::component_use::change_source,
    .summary = "Takes the changes that buildbot sendchange and commit hooks send.",
    .arguments = {{"port", types::any, "null", "Port to listen on; by default that of the workers.",
                   read_port},
                  {"user", types::string, "\"change\"", "Who may send."},
                  {"passwd", types::secret, "\"changepw\"", "The password."},
                  {"name", types::string, "null", "Its name; by default from user and port."},
                  {"prefix", types::string, "\"\"",
                   "Files that do not begin with it are left out; it is cut from the others."}},
    .positional = {.count = 5},
    .complete = name_by_user,
    .role = &pb_change_source_conduct,
};

} // namespace troupe::change_svc
