// Commands that change one service. Our own failure, or swap, ends or outlives the question, so it
// is answered in advance.
#include "actors/debug/debug.hpp"

namespace troupe::debug {

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

} // namespace

template <class Command>
outcome debug::steer(const shell_call& call, Command what) {
  const auto& path = call.args[0];
  if (!is_there(path))
    return nobody_at(path);
  bool own = path == me().path();
  if (!own)
    what.token = ask(call, path, cell_patience, "steer");
  control(path, std::move(what));
  return own ? std::optional{json("done")} : std::optional<json>{};
}

outcome debug::crash(const shell_call& call) {
  auto reason = call.args.size() > 1 ? call.args[1] : "crashed from the shell";
  if (is_there(call.args[0]))
    log(runtime::level::warning, "{} is made to fail by {}: {}", call.args[0],
        state().peers[call.connection].name, reason);
  return steer(call, runtime::crash_service{reason, {}});
}

outcome debug::restart(const shell_call& call) {
  return steer(call, runtime::restart_service{});
}

outcome debug::swap(const shell_call& call) {
  return steer(call, runtime::swap_service{});
}

outcome debug::suspend(const shell_call& call) {
  if (call.args[0] == me().path())
    return failure{errc::refused, "the shell cannot suspend itself: nobody could resume it"};
  return steer(call, runtime::suspend_service{});
}

outcome debug::resume(const shell_call& call) {
  return steer(call, runtime::resume_service{});
}

outcome debug::send_message(const shell_call& call) {
  const auto& path = call.args[0];
  if (!is_there(path))
    return nobody_at(path);
  auto* its_kind = kinds().find(paths().find(path)->kind.load());
  if (!its_kind)
    return failure{errc::not_found, path + " holds no service of a known kind"};
  auto hearing = find_hearing(*its_kind, call.args[1]);
  if (!hearing)
    return hearing.error();
  std::string text;
  for (std::size_t i = 2; i < call.args.size(); ++i)
    text += (i > 2 ? " " : "") + call.args[i];
  auto fields = text.empty() ? result<json>{boost::json::object{}} : parse_json(text);
  if (!fields)
    return fields.error().in("the fields of the message");
  auto message = (*hearing)->codec.read(*fields);
  if (!message)
    return message.error().in(std::string{(*hearing)->codec.tag->name});
  send(address_of(path), std::move(*message));
  return std::optional{json("sent")};
}

} // namespace troupe::debug
