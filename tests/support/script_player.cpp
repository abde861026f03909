#include "tests/support/script_player.hpp"

#include "actors/db/db.hpp"
#include "actors/master/tree.hpp"
#include "runtime/io/files.hpp"
#include "runtime/io/io_loop.hpp"
#include "runtime/mail/decoding_context.hpp"
#include "runtime/service/branch.hpp"
#include "tests/support/actor_stage.hpp"
#include "tests/support/keeper.hpp"
#include "tests/support/observed_kind.hpp"
#include "tests/support/store_content.hpp"

namespace troupe::testing {

using namespace runtime;

namespace {

constexpr std::string_view swaps_path = "/test/swaps", swap_token = "swap";

/// Never begun: it makes known what cells and the I/O loop are told, so that it can be shown.
class told_to_others : public service<told_to_others, branch_config, branch_state> {
public:
  using hears =
      messages<swap_service, suspend_service, resume_service, crash_service, restart_service,
               watch_member, add_child, remove_child, terminate_child, restart_child, show_cell,
               prepare_member, switch_member, release_member, cancel_member, io::listen,
               io::stop_listening, io::retain_listeners, io::adopt_connection, io::read_more,
               io::write_bytes, io::close_connection, io::list_connections, io::watch_signals,
               io::read_block, io::write_block, io::close_file>;
  static const service_kind& static_kind();
  template <class Message>
  void on(const Message&) {}
};

const service_kind told_to_others_kind = make_kind<told_to_others>("told_to_others", "is not");
const service_kind& told_to_others::static_kind() {
  return told_to_others_kind;
}

// -- the player ---------------------------------------------------------------------------------

class player : public actor_stage {
public:
  player(const swap_script& script, const service_kind& kind, const performance& how)
    : script_{script}, kind_{kind}, how_{how} {}
  ~player();

  seen play();

private:
  /// The peer at a neighbour's path.
  class neighbour : public sink {
  public:
    neighbour(player& on, std::string path) : on_{on}, path_{std::move(path)} {}
    void deliver(envelope mail) override { on_.take(path_, mail, false); }
    bool command(envelope mail) override {
      on_.take(path_, mail, true);
      return true;
    }

  private:
    player& on_;
    std::string path_;
  };

  void begin();
  void bind_neighbours();
  child_spec tree_to(std::string_view path);
  void take(const std::string& path, const envelope& mail, bool command);
  void hear(const message_codec& codec, const void* what);
  void answer(const std::string& path, const envelope& question, const json& shown);
  any_message message_of(const json& step);
  void perform(const json& step);
  bool must_wait(const json& step) const;
  void snapshot();
  child_spec next_spec();
  template <class Command>
  void command(Command what);
  void swap();
  void calm_swap();
  void begin_hurry();
  void catch_up();
  void finish();

  const swap_script& script_;
  const service_kind& kind_;
  performance how_;
  child_spec spec_;
  std::map<std::string, json> last_; ///< What was last heard, by path.
  boost::json::array said_, heard_;
  boost::json::array steps_;
  std::function<void()> go_on_with_; ///< What lets the service go on.
  bool swapping_ = false;
  seen seen_;
};

/// Nobody is observed any more when the tree stops.
player::~player() {
  observed.heard = [](const message_codec&, const void*) {};
  for (const auto& path : script_.neighbours)
    address_of(path).at()->unbind();
  address_of(swaps_path).at()->unbind();
}

child_spec player::tree_to(std::string_view path) {
  auto slash = path.rfind('/');
  child_spec inner = spec_;
  while (slash > 0 && slash != std::string_view::npos) {
    path = path.substr(0, slash);
    slash = path.rfind('/');
    inner = branch_of(std::string{path.substr(slash + 1)}, {std::move(inner)});
  }
  return inner;
}

void player::begin() {
  master::add_kinds(kinds);
  kinds.add(keeper_kind());
  kinds.add(told_to_others_kind);
  observe(kind_, how_.in_place, [this](const auto& codec, const void* what) { hear(codec, what); });
  kind_registry all; // the kind that is observed stands before its own
  for (const auto& copy : observed.copies)
    all.add(copy);
  for (const auto& [name, kind] : kinds.all())
    all.add(*kind);
  kinds = std::move(all);
  storage::batch work;
  for (const auto& record : script_.store)
    put_record(work, record);
  put(work);
  use(&store());

  spec_.name = script_.path.substr(script_.path.rfind('/') + 1);
  spec_.kind = kind_.name;
  spec_.restart = restart_policy::transient;
  spec_.dynamic = true; // nothing that runs by configuration but what the script says
  auto config = kind_.config.read(script_.config).value();
  put_value(*kind_.config.ops, spec_.config, config.content());
  auto db = child_of("db", "db", db::database_config{});
  child_spec root = branch_of("", {});
  if (script_.path == "/")
    root = spec_;
  db.dynamic = true;
  if (script_.path != store_path)
    root.children.push_back(db);
  if (script_.path != "/")
    root.children.push_back(tree_to(script_.path));
  root.children_policy.restarts_max = 1000;
  prepare();
  address_of(swaps_path).at()->bind(std::make_shared<neighbour>(*this, std::string{swaps_path}));
  bind_neighbours();
  start(std::move(root));
  bind_neighbours(); // in the place of the branches that have begun, too
  for (const auto& [path, spec] : script_.running) {
    sys().paths().enter(address_of(path));
    address_of(path).at()->specify(std::make_shared<const child_spec>(spec));
  }
}

void player::bind_neighbours() {
  for (const auto& path : script_.neighbours)
    address_of(path).at()->bind(std::make_shared<neighbour>(*this, path));
}

void player::take(const std::string& path, const envelope& mail, bool command) {
  auto shown = as_json(mail.what);
  if (path == swaps_path) {
    auto* done = mail.what.as<cell_answer>();
    if (done && !done->ok)
      seen_.troubles.push_back("a swap was refused: " + done->message);
    else if (done && done->token == swap_token)
      seen_.swaps++;
    return;
  }
  boost::json::object entry{{"to", path}, {"from", std::string{mail.from.path()}}};
  if (command)
    entry["command"] = true;
  if (swapping_)
    entry["swapping"] = true;
  entry["said"] = shown;
  said_.push_back(std::move(entry));
  last_[path] = shown;
  answer(path, mail, shown);
}

void player::hear(const message_codec& codec, const void* what) {
  seen_.handled.emplace_back(codec.tag->name);
  boost::json::object entry{{"type", std::string{codec.tag->name}},
                            {"fields", show_value(*codec.ops, what)}};
  if (swapping_)
    entry["swapping"] = true;
  heard_.push_back(std::move(entry));
  bool of_a_swap = std::any_of(script_.differs.begin(), script_.differs.end(),
                               [&](const auto& one) { return one.heard == codec.tag->name; });
  if (how_.swap_after_message == seen_.handled.size()
      || (how_.swap_always && how_.hurry_after_step && !of_a_swap))
    swap();
}

void player::answer(const std::string& path, const envelope& question, const json& shown) {
  for (const auto& one : script_.answers) {
    if (one.at != path || one.to != question.what.name())
      continue;
    auto say = filled_in(one.say, [&](const json& pointer) {
      return shown.at_pointer(boost::json::string_view{pointer.as_string()});
    });
    sys().send(question.from, message_of(say), address_of(path));
  }
}

any_message player::message_of(const json& step) {
  decoding_context here{sys().paths(), sys().kinds().known_messages()};
  any_message what;
  if (auto done = of_json(what, step); !done)
    throw failed{done.error().in(print(step))};
  return what;
}

/// What refers to an answer cannot be said before it is there.
bool player::must_wait(const json& step) const {
  return print(step).find("\"$heard\"") != std::string::npos;
}

void player::perform(const json& step) {
  auto whole = step.as_object();
  if (auto* time = whole.if_contains("advance_ms")) {
    advance(std::chrono::milliseconds{time->to_number<std::int64_t>()});
    return;
  }
  std::string from = "/test";
  if (auto* named = whole.if_contains("from"))
    from = std::string{named->as_string()};
  whole.erase("from");
  bool known = true;
  auto said = filled_in(whole, [&](const json& where) {
    auto found = last_.find(std::string{where.at(0).as_string()});
    boost::json::error_code none;
    auto* part =
        found == last_.end()
            ? nullptr
            : found->second.find_pointer(boost::json::string_view{where.at(1).as_string()}, none);
    known = known && part;
    return part ? *part : json(nullptr);
  });
  if (!known) { // a service that was rebuilt may have asked nothing yet
    if (!how_.rebuilds())
      seen_.troubles.push_back("refers to what nobody has heard: " + print(step));
    return;
  }
  auto what = message_of(said);
  seen_.told.push_back(as_json(what));
  sys().send(address_of(script_.path), std::move(what), address_of(from));
}

void player::snapshot() {
  boost::json::object now;
  auto info = control(script_.path, show_cell{"info", "i"});
  if (!info.ok) {
    now["gone"] = true;
  } else {
    now["phase"] = info.content.at("state");
    now["children"] = info.content.at("children");
    now["timers"] = info.content.at("timers");
    now["state"] = state_of(script_.path);
  }
  now["said"] = std::exchange(said_, {});
  now["heard"] = std::exchange(heard_, {});
  steps_.push_back(std::move(now));
}

child_spec player::next_spec() {
  if (!how_.in_place)
    spec_.kind = spec_.kind == kind_.name ? observed.other_name : std::string{kind_.name};
  return spec_;
}

template <class Command>
void player::command(Command what) {
  what.token = swap_token;
  deliver_control(address_of(script_.path), any_message{std::move(what)}, address_of(swaps_path));
}

void player::swap() {
  command(swap_service{next_spec(), {}});
}

/// What the others wait for from here on; `go_on_with` ends it.
void player::begin_hurry() {
  constexpr std::uint64_t transaction = 77;
  using beginning = performance::beginning;
  if (how_.rebuilds())
    deliver_control(address_of(script_.path), any_message{restart_service{"again"}},
                    address_of(swaps_path));
  if (how_.begins == beginning::rebuilt_and_swap)
    swap();
  if (how_.begins == beginning::transaction || how_.begins == beginning::cancelled) {
    command(prepare_member{transaction, next_spec(), false, {}});
    run();
    command(switch_member{transaction, {}});
    go_on_with_ = [this] {
      if (how_.begins == beginning::transaction)
        command(release_member{transaction, {}, {}});
      else
        command(cancel_member{transaction, {}});
    };
  }
  if (how_.begins != beginning::rebuilt_and_swap)
    run();
}

/// Lets everything that was said in a hurry be heard.
void player::catch_up() {
  run();
  if (go_on_with_)
    std::exchange(go_on_with_, nullptr)();
  run();
  snapshot();
}

void player::calm_swap() {
  swapping_ = true;
  swap();
  run();
  swapping_ = false;
}

seen player::play() {
  begin();
  snapshot();
  seen_.rebuilt = how_.rebuilds();
  seen_.calm = !how_.hurry_after_step;
  bool hurry = false;
  for (std::size_t done = 0;; ++done) {
    if (seen_.calm && (how_.swap_always || how_.swap_after_step == done))
      calm_swap();
    if (how_.hurry_after_step == done) {
      hurry = true;
      begin_hurry();
    }
    if (done == script_.script.size())
      break;
    const auto& step = script_.script[done];
    if (hurry && (must_wait(step) || step.as_object().contains("advance_ms")))
      catch_up();
    perform(step);
    if (!hurry) {
      run();
      snapshot();
    }
  }
  catch_up();
  finish();
  return std::move(seen_);
}

/// The state as it is stored, and what is in the store.
void player::finish() {
  for (const auto& line : log_lines)
    for (auto* message : {" is lost", "does not hear ", " failed in "})
      if (line.find(message) != std::string::npos
          && (script_.fails.empty() || message != std::string_view{" failed in "}))
        seen_.troubles.push_back(line);
  child_spec keeper = spec_;
  keeper.kind = keeper_kind().name;
  keeper.config.clear();
  boost::json::object all{{"steps", std::exchange(steps_, {})},
                          {"store", content_of(read(), store())}};
  if (control(script_.path, swap_service{keeper, "k"}).ok)
    all["state"] = state_of(script_.path);
  seen_.all = std::move(all);
}

} // namespace

seen play(const swap_script& script, const service_kind& kind, const performance& how) {
  player one{script, kind, how};
  return one.play();
}

} // namespace troupe::testing
