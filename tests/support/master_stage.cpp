#include "tests/support/master_stage.hpp"

#include "actors/config/lua/loader.hpp"
#include "actors/config/model/secret_redaction.hpp"
#include "actors/master/recovery.hpp"
#include "actors/master/tree.hpp"

namespace troupe::testing {

void stage_rim::deliver(runtime::envelope what) {
  if (auto* wanted = what.what.as<io::listen>()) {
    bool free = wanted->where.family == "unix" || !taken_ports.contains(wanted->where.port);
    if (free)
      listening.insert(wanted->token);
    auto answer = free ? runtime::any_message{io::listening{wanted->token, wanted->where.port}}
                       : runtime::any_message{io::listen_failed{
                           wanted->token,
                           fmt::format("cannot listen on port {}: in use", wanted->where.port)}};
    wanted->owner.at()->deliver({std::move(answer), {}});
  } else if (auto* over = what.what.as<io::stop_listening>()) {
    listening.erase(over->token);
  }
  if (auto* retained = what.what.as<io::retain_listeners>())
    std::erase_if(listening, [&](const std::string& token) {
      return token.rfind(retained->prefix, 0) == 0
             && std::find(retained->tokens.begin(), retained->tokens.end(), token)
                    == retained->tokens.end();
    });
  mail.push_back(std::move(what));
}

master_stage::master_stage() {
  master::add_kinds(kinds);
}

void master_stage::configure(std::string_view lua) {
  test::write_file(folder / "master.lua", lua);
}

void master_stage::begin(std::string_view lua) {
  configure(lua);
  auto loaded = model::load_configuration(folder / "master.lua");
  REQUIRE_MESSAGE(loaded, loaded.error().message);
  use(&*disk);
  auto found = master::recover(*disk, "host:/folder", instant{std::chrono::seconds{1}});
  REQUIRE(found);
  prepare();
  model::seal_secrets(*loaded, sys().secrets());
  auto root = master::wanted_root(
      std::move(*loaded), {folder.path(), folder / "master.lua", found->id, "host:/folder", 1000});
  io_loop = std::make_shared<stage_rim>();
  address_of(io::io_loop_path).at()->bind(io_loop);
  requester = listen("/test/asker");
  start(std::move(root));
}

void master_stage::ask_reconfigure(std::string_view lua, config::reconfigure how) {
  configure(lua);
  how.requester = address_of("/test/asker");
  how.who = "ada";
  send(config::config_path, how);
  run();
}

config::reconfigured master_stage::reconfigure(std::string_view lua, config::reconfigure how) {
  requester->mail.clear();
  ask_reconfigure(lua, std::move(how));
  advance(std::chrono::seconds{2});
  auto heard = answers();
  REQUIRE(heard.size() == 1);
  return heard[0];
}

} // namespace troupe::testing
