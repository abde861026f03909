// Commands that change one service. Our own failure, or swap, ends or outlives the question, so it
// is answered in advance.
#include "runtime/service/kind.hpp"
#include "runtime/shell/commands.hpp"

namespace troupe::shell {

namespace {

constexpr auto cell_patience = std::chrono::seconds{5};

/// The hearing of `kind` for a message of that name, or of that last part of a name.
result<const runtime::hearing*> find_hearing(const runtime::service_kind& kind,
                                             const std::string& name) {
  std::vector<const runtime::hearing*> found;
  std::vector<std::string_view> known;
  for (const auto& one : kind.hears) {
    auto full = one.codec.tag->name;
    known.push_back(full);
    auto last = full.substr(full.rfind(':') == std::string_view::npos ? 0 : full.rfind(':') + 1);
    if (full == name)
      return &one;
    if (last == name)
      found.push_back(&one);
  }
  if (found.size() == 1)
    return found[0];
  if (found.size() > 1)
    return failure{errc::invalid, fmt::format("{}: more than one message is called so; name it "
                                              "in full, as `hears` does",
                                              name)};
  auto meant = nearest(name, known);
  return failure{errc::not_found,
                 fmt::format("{} does not hear {}{}", kind.name, name,
                             meant.empty() ? "; see hears" : fmt::format("; is it {}?", meant))};
}

template <class Command>
outcome steer(call& by, Command what) {
  const auto& path = by.args[0];
  if (!by.is_there(path))
    return by.nobody_at(path);
  bool own = path == by.cell.me().path();
  if (!own)
    what.token = by.ask(path, cell_patience);
  by.control(path, std::move(what));
  return own ? std::optional{json("done")} : later;
}

outcome crash(call& by) {
  auto reason = by.args.size() > 1 ? by.args[1] : "crashed from the shell";
  if (by.is_there(by.args[0]))
    by.cell.log(runtime::level::warning,
                fmt::format("{} is made to fail by {}: {}", by.args[0], by.who, reason));
  return steer(by, runtime::crash_service{reason, {}});
}

outcome restart(call& by) {
  return steer(by, runtime::restart_service{});
}

outcome swap(call& by) {
  return steer(by, runtime::swap_service{});
}

outcome suspend(call& by) {
  if (by.args[0] == by.cell.me().path())
    return failure{errc::refused, "the shell cannot suspend itself: nobody could resume it"};
  return steer(by, runtime::suspend_service{});
}

outcome resume(call& by) {
  return steer(by, runtime::resume_service{});
}

outcome send_message(call& by) {
  const auto& path = by.args[0];
  if (!by.is_there(path))
    return by.nobody_at(path);
  auto* its_kind = by.cell.kinds().find(by.paths().find(path)->kind.load());
  if (!its_kind)
    return failure{errc::not_found, path + " holds no service of a known kind"};
  auto hearing = find_hearing(*its_kind, by.args[1]);
  if (!hearing)
    return hearing.error();
  std::string text;
  for (std::size_t i = 2; i < by.args.size(); ++i)
    text += (i > 2 ? " " : "") + by.args[i];
  auto fields = text.empty() ? result<json>{boost::json::object{}} : parse_json(text);
  if (!fields)
    return fields.error().in("the fields of the message");
  auto message = (*hearing)->codec.read(*fields);
  if (!message)
    return message.error().in(std::string{(*hearing)->codec.tag->name});
  by.cell.send(by.cell.address_of(path), std::move(*message));
  return std::optional{json("sent")};
}

} // namespace

const command_table& service_commands() {
  constexpr auto group = category::steering;
  constexpr bool writes = true;
  static const command_table table{
      {"suspend", "PATH", "lets the messages of a service wait", "suspend /change_svc", group, 1, 1,
       suspend, writes, cell_said},
      {"resume", "PATH", "lets a suspended service go on", "resume /change_svc", group, 1, 1,
       resume, writes, cell_said},
      {"restart", "PATH", "builds a service again from the store", "restart /db", group, 1, 1,
       restart, writes, cell_said},
      {"swap", "PATH", "puts a fresh service in its place, which takes the state over",
       "swap /botmaster/brd", group, 1, 1, swap, writes, cell_said},
      {"crash", "PATH [REASON]", "makes a service fail", "crash /botmaster/brd", group, 1, 2, crash,
       writes, cell_said},
      {"send", "PATH MESSAGE [{FIELDS}]", "says something to a service, as if from outside",
       "send /botmaster/brd botmaster::hold_builds {\"hold\": true}", group, 2, many_args,
       send_message, writes},
  };
  return table;
}

} // namespace troupe::shell
