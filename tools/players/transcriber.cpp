#include "tools/players/transcriber.hpp"

#include <fmt/format.h>

#include "actors/change_svc/messages.hpp"
#include "actors/config/config_service.hpp"
#include "actors/debug/debug.hpp"
#include "actors/master/tree.hpp"
#include "actors/pbmanager/pb_manager.hpp"
#include "actors/workers/pb_values.hpp"
#include "actors/workers/worker_connection.hpp"
#include "runtime/journal/journal_reader.hpp"
#include "runtime/path.hpp"

namespace troupe::players {

using runtime::record_kind;
using wire::jelly;

namespace {

/// Commands of the shell that are replayed: they change the master.
constexpr std::string_view played_lines[] = {"force",  "stop",    "cancel", "worker", "suspend",
                                             "resume", "restart", "swap",   "crash"};
/// Commands that change the master and are not replayed: they end it, or depend on its internals.
constexpr std::string_view left_lines[] = {"shutdown", "send", "record"};

template <class All>
bool is_one_of(std::string_view word, const All& all) {
  return std::find(std::begin(all), std::end(all), word) != std::end(all);
}

bool starts_under(std::string_view path, std::string_view parent) {
  return path.size() > parent.size() + 1 && path.starts_with(parent) && path[parent.size()] == '/';
}

/// The paths at which messages from outside arrive.
bool is_edge(std::string_view path) {
  return starts_under(path, workers::workers_path)
         || starts_under(path, change_svc::change_svc_path)
         || starts_under(path, pbmanager::pbmanager_path);
}

/// The I/O loop's messages for a connection that the other end, or the network, has ended.
bool left_by_itself(std::string_view message) {
  return message != "closed by us" && !message.starts_with("closed by us;")
         && message != "the session failed";
}

} // namespace

jelly without_objects(jelly from) {
  auto clear = [](jelly& part) {
    if (part.as_own() || part.as_remote() || part.as_local())
      part = jelly::none();
  };
  from.for_each_part(clear);
  return from;
}

void transcriber::break_off() {
  for (const auto& [path, one] : std::exchange(attached_, {}))
    cut_off(one);
  changing_ = false;
  shells_.clear();
  reading_.clear();
  again_.forget();
}

void transcriber::feed(record_kind kind, const runtime::record_head& head, std::string_view body) {
  if (!began_)
    began_ = head.at;
  now_ = std::max(now_, head.at - *began_); // a clock may be set back
  again_.feed(kind, head, body);
  if (kind == record_kind::participant)
    on_seat(head);
  else if (kind == record_kind::event)
    on_event(head, body);
}

// -- how it was configured ------------------------------------------------------------------------

void transcriber::on_seat(const runtime::record_head& head) {
  std::string path{head.cell};
  auto* cell = again_.find(path);
  if (!cell) {
    if (head.doing != runtime::participants::gone)
      return;
    leave(path, false);
    if (changing_) // a service that ends with its master is no change
      seen_.gone(path);
    return;
  }
  auto what = cell->copy().now;
  seen_.note(path, what);
  if (what.kind->name == workers::worker_connection::static_kind().name)
    attachment(path, what);
}

void transcriber::close_setting() {
  runtime::decoding_context here{again_.around().paths, kinds_.known_messages()};
  auto whole = seen_.whole(made_.notes);
  if (!whole || (!made_.settings.empty() && made_.settings.back().configuration == *whole))
    return;
  made_.settings.push_back({made_.settings.empty() ? span{} : setting_at_, std::move(*whole)});
}

// -- the edge -------------------------------------------------------------------------------------

void transcriber::on_event(const runtime::record_head& head, std::string_view body) {
  for (const auto& [to, what] : again_.last_said().said)
    if (what.as<config::reconfigured>())
      changing_ = false;
  if (head.cell == debug::debug_path) {
    on_shell(head, body);
    return;
  }
  const auto& taken = again_.last_message();
  std::string path{head.cell};
  on_files(path, taken);
  if (!taken) {
    bool whole = again_.find(path) != nullptr;
    if (!whole && is_edge(path))
      made_.left_out++;
    return;
  }
  if (const auto* asked = taken.as<config::reconfigure>()) {
    if (asked->dry_run)
      return;
    close_setting();
    setting_at_ = now_;
    changing_ = true;
  } else if (auto at = attached_.find(path); at != attached_.end()) {
    on_worker(at->second, taken);
    if (const auto* lost = taken.as<pbmanager::session_lost>())
      leave(path, left_by_itself(lost->message));
  } else if (starts_under(path, change_svc::change_svc_path)) {
    on_change_source(path, taken);
  }
}

transcriber::attached& transcriber::attachment(const std::string& path,
                                               const runtime::cell_copy::seated& what) {
  auto [found, is_new] = attached_.try_emplace(path);
  if (!is_new)
    return found->second;
  runtime::decoding_context here{again_.around().paths, kinds_.known_messages()};
  auto config = decode<workers::worker_connection_config>(what.config).value();
  found->second.worker = config.name;
  made_.workers[config.name].presences.push_back({now_, {}});
  return found->second;
}

/// The commands on a lost connection have no recorded end.
void transcriber::cut_off(const attached& at) {
  for (const auto& [id, index] : at.running)
    made_.commands[index].lasted = now_ - made_.commands[index].at;
}

void transcriber::leave(const std::string& path, bool by_itself) {
  auto gone = attached_.extract(path);
  if (gone.empty())
    return;
  cut_off(gone.mapped());
  auto& presence = made_.workers[gone.mapped().worker].presences.back();
  if (by_itself)
    presence.until = now_;
}

void transcriber::on_worker(attached& at, const runtime::any_message& what) {
  if (const auto* call = what.as<pbmanager::session_call>()) {
    on_call(at, call->call);
  } else if (const auto* begun = what.as<workers::start_command>()) {
    recorded_command made;
    made.worker = at.worker;
    made.builder = begun->builder;
    made.name = begun->name;
    made.args = without_objects(workers::to_jelly(begun->args, begun->id));
    made.at = now_;
    at.running[begun->id] = made_.commands.size();
    made_.commands.push_back(std::move(made));
  } else if (const auto* stopped = what.as<workers::interrupt_command>()) {
    if (auto found = at.running.find(stopped->id); found != at.running.end())
      made_.commands[found->second].interrupted = true;
  } else if (const auto* answer = what.as<pbmanager::call_answered>()) {
    if (answer->token == "info")
      made_.workers[at.worker].info = answer->value;
  }
}

void transcriber::on_call(attached& at, const wire::broker_call& call) {
  auto slash = call.object.find('/');
  auto found = at.running.find(call.object.substr(0, slash));
  if (found == at.running.end())
    return; // of its perspective, or of a command that began before the journal
  auto& command = made_.commands[found->second];
  recorded_call made;
  made.after = now_ - command.at;
  made.object = slash == std::string::npos ? "" : call.object.substr(slash + 1);
  made.method = call.method;
  for (const auto& one : call.args)
    made.args.push_back(without_objects(one));
  bool last = made.object.empty() && made.method == "complete";
  command.calls.push_back(std::move(made));
  if (last) {
    command.lasted = now_ - command.at;
    command.ended = true;
    at.running.erase(found);
  }
}

void transcriber::on_files(const std::string& path, const runtime::any_message& taken) {
  for (const auto& [to, what] : again_.last_said().said)
    if (const auto* asked = what.as<io::read_block>())
      reading_[{path, asked->token}] = *asked;
  const auto* done = taken.as<io::file_done>();
  auto asked = done ? reading_.extract({path, done->token}) : decltype(reading_)::node_type{};
  if (asked.empty())
    return;
  const auto& block = asked.mapped();
  auto& file = made_.files[block.path];
  if (!done->ok) {
    file.trouble = done->message;
    return;
  }
  auto at = static_cast<std::size_t>(block.offset);
  if (at == 0 || at == file.content.size()) {
    file.content.resize(at);
    file.content += done->data;
    file.trouble.clear();
  }
}

void transcriber::on_change_source(const std::string& path, const runtime::any_message& what) {
  const auto* call = what.as<pbmanager::session_call>();
  if (!call || call->call.method != "addChange")
    return;
  const auto* change = call->call.argument(0, "changedict");
  if (!change || !change->is(wire::jelly_kind::dictionary))
    return;
  made_.changes.push_back(
      {now_, runtime::name_of_segment(path.substr(path.rfind('/') + 1)), without_objects(*change)});
}

// -- the shell ------------------------------------------------------------------------------------

// The shell's service is not replayable, but its incoming messages are in the journal.
void transcriber::on_shell(const runtime::record_head& head, std::string_view body) {
  auto event = runtime::get_event(body);
  if (!event)
    return;
  bool bytes_came = head.doing == type_name<io::bytes_received>();
  if (bytes_came && (event->dropped || !event->message || !event->message->by_value)) {
    made_.left_out++;
  } else if (bytes_came) {
    auto came = decode<io::bytes_received>(event->message->data);
    if (!came)
      return;
    if (auto lines = shells_[came->connection].take(came->data))
      for (const auto& line : *lines)
        on_line(line);
  } else if (head.doing == type_name<io::connection_closed>() && event->message
             && event->message->by_value) {
    if (auto closed = decode<io::connection_closed>(event->message->data))
      shells_.erase(closed->connection);
  }
}

void transcriber::on_line(const std::string& line) {
  auto request = debug::read_request(line);
  if (!request)
    return;
  if (is_one_of(request->command, left_lines))
    made_.lines_left_out[request->command]++;
  if (!is_one_of(request->command, played_lines))
    return;
  recorded_line made{now_, {request->command}};
  for (const auto& word : request->args)
    made.arguments.push_back(word);
  made_.lines.push_back(std::move(made));
}

recording transcriber::finish() {
  close_setting();
  for (const auto& [path, one] : attached_)
    cut_off(one);
  made_.length = now_;
  return std::move(made_);
}

// -- a whole journal ------------------------------------------------------------------------------

result<recording> read_recording(const std::string& journal) {
  auto reader = runtime::journal_reader::open(journal);
  if (!reader)
    return reader.error();
  runtime::kind_registry kinds;
  master::add_kinds(kinds);
  transcriber hears{kinds};
  std::vector<std::string> damage;
  while (reader->next()) {
    if (reader->gap_before())
      hears.break_off();
    try {
      hears.feed(reader->kind(), reader->head(), reader->body());
    } catch (const failed& bad) {
      damage.push_back(fmt::format("record {}: {}", reader->head().order, bad.why().message));
      hears.break_off();
    }
  }
  auto made = hears.finish();
  for (auto& message : reader->damage())
    damage.push_back(std::move(message));
  made.damage = std::move(damage);
  if (made.settings.empty())
    return failure{errc::not_found,
                   journal
                       + ": it does not tell how its master was configured; record at least a "
                         "few seconds of a master that runs"};
  return made;
}

} // namespace troupe::players
