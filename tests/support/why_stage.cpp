#include "tests/support/why_stage.hpp"

#include "actors/botmaster/builders/builder.hpp"
#include "actors/botmaster/paths.hpp"
#include "actors/botmaster/workers/worker.hpp"
#include "actors/change_svc/messages.hpp"
#include "actors/config/model/check.hpp"
#include "actors/debug/debug.hpp"
#include "actors/master/tree.hpp"
#include "runtime/path.hpp"
#include "storage/tables/builders.hpp"
#include "storage/tables/builds.hpp"
#include "storage/tables/buildsets.hpp"
#include "tests/actors/config/config_stage.hpp"

namespace troupe::testing {

using namespace botmaster;

namespace {

const master::master_environment given{"/folder", "/folder/master.lua", master_id{1},
                                       "host:/folder", 1000};
constexpr std::int64_t connection = 7;

} // namespace

void gate::deliver(runtime::envelope letter) {
  if (behind_ && !(held_ ? held_(letter.what) : true))
    behind_->deliver(std::move(letter));
  else
    mail_.push_back(std::move(letter));
}

void gate::open() {
  at_.at()->bind(behind_);
  for (auto& letter : std::exchange(mail_, {}))
    behind_->deliver(std::move(letter));
}

// -- the configuration ----------------------------------------------------------------------------

model::part& why_stage::add_builder(const std::string& name, std::vector<std::string> workers) {
  model::part made{"BuilderConfig"};
  made.set("name", to_json(name));
  made.set("workernames", to_json(workers));
  made.set("workerbuilddir", "b");
  set_steps(made, {make("compile")});
  return wanted.builders.emplace_back(std::move(made));
}

model::part& why_stage::add_worker(const std::string& name) {
  model::part made{"Worker"};
  made.set("name", to_json(name));
  made.set("password", "secret");
  return wanted.workers.emplace_back(std::move(made));
}

model::part& why_stage::add_scheduler(const std::string& name, std::vector<std::string> builders) {
  model::part made{"AnyBranchScheduler"};
  made.set("name", to_json(name));
  made.set("builderNames", to_json(builders));
  return wanted.schedulers.emplace_back(std::move(made));
}

model::part why_stage::make(const std::string& name, boost::json::object arguments) {
  model::part made{"ShellCommand"};
  made.set("command", boost::json::array{"make", name});
  made.set("name", to_json(name));
  for (const auto& [key, value] : arguments)
    made.set({key.data(), key.size()}, value);
  return made;
}

model::part why_stage::lock(const std::string& name, std::int64_t max_count, bool per_worker) {
  model::part made{per_worker ? "WorkerLock" : "MasterLock"};
  made.set("name", to_json(name));
  made.set("maxCount", json(max_count));
  return made;
}

void why_stage::set_steps(model::part& builder, const std::vector<model::part>& steps) {
  builder.set("factory", boost::json::object{{"$", "BuildFactory"}, {"steps", to_json(steps)}});
}

std::vector<model::part> why_stage::steps_of(const model::part& builder) {
  std::vector<model::part> steps;
  from_json(steps, builder.given("factory")->at("steps")).value();
  return steps;
}

json why_stage::access(const std::string& lock, const std::string& mode, std::int64_t count) {
  return boost::json::object{{"$", "Access"}, {"lock", lock}, {"mode", mode}, {"count", count}};
}

json why_stage::function(const std::string& text) {
  static std::map<std::string, json> known; // each costs the loading of a configuration
  auto& value = known[text];
  if (value.is_null())
    value = test::config_stage{}.value_of("function" + text + " end");
  return value;
}

// -- the master -----------------------------------------------------------------------------------

/// The tree of `wanted`, its parts in the form that services read. It need not be right.
std::vector<runtime::child_spec> why_stage::tree_of_wanted() const {
  auto checked = wanted;
  model::complaints ignored;
  model::check_master(checked, ignored, false);
  return master::wanted_children(std::move(checked), given);
}

// The I/O loop is there before who listens by it begins.
void why_stage::begin() {
  master::add_kinds(kinds);
  tree_ = tree_of_wanted();
  std::vector<runtime::child_spec> children;
  std::optional<runtime::child_spec> shell_end;
  for (const auto& one : tree_)
    if (one.name == "debug")
      shell_end = one;
    else if (one.name == "workers" || one.name == "change_svc" || one.name == "scheduler_manager"
             || one.name == "botmaster")
      children.push_back(one);
  start_with(std::move(children));
  io_loop_ = listen(io::io_loop_path);
  requester_ = listen("/asker");
  REQUIRE(control("/", runtime::add_child{*shell_end, "t"}).ok);
  run();
  send(debug::debug_path, io::listening{"shell", 0});
  send(debug::debug_path, io::connection_opened{"shell", connection, "ada", 1000});
  run();
}

const runtime::child_spec* why_stage::wanted_spec(const std::string& path) {
  const std::vector<runtime::child_spec>* among = &tree_;
  const runtime::child_spec* found = nullptr;
  for (std::size_t begin = 1; begin < path.size();) {
    auto end = std::min(path.find('/', begin), path.size());
    for (const auto& one : *among)
      if (one.name == path.substr(begin, end - begin))
        found = &one;
    among = &found->children;
    begin = end + 1;
  }
  return found;
}

void why_stage::reconfigure(const std::string& path) {
  tree_ = tree_of_wanted();
  auto spec = *wanted_spec(path);
  spec.children.clear();
  REQUIRE(control(path, runtime::swap_service{std::move(spec), "t"}).ok);
  run();
}

worker_session& why_stage::session(const std::string& worker) {
  auto& made = sessions_[worker];
  if (!made) {
    made = std::make_shared<worker_session>(*this, worker);
    address_of("/sessions/" + runtime::path_segment(worker)).at()->bind(made);
  }
  return *made;
}

void why_stage::attach(const std::string& worker) {
  session(worker).attach();
  run();
}

std::map<std::string, std::int64_t> why_stage::ask(const std::vector<std::string>& builders,
                                                   std::int64_t priority) {
  add_buildset order;
  order.contents.emplace_back().stamp.revision = std::to_string(++asked_);
  order.builder_names = builders;
  order.priority = priority;
  order.token = std::to_string(asked_);
  order.requester = address_of("/asker");
  send(brd_path, order);
  run();
  std::map<std::string, std::int64_t> numbers;
  const auto added = requester_->heard<buildset_added>().back();
  for (const auto& [name, id] : added.requests)
    numbers[name] = id.value;
  return numbers;
}

std::int64_t why_stage::ask(const std::string& builder, std::int64_t priority) {
  return ask(std::vector{builder}, priority).at(builder);
}

void why_stage::change(const std::string& branch, const std::string& comments,
                       const std::string& codebase) {
  change_svc::add_change order;
  order.what.author = "ada";
  order.what.revision = std::to_string(++asked_);
  order.what.branch = branch;
  order.what.comments = comments;
  order.what.codebase = codebase;
  send(change_svc::change_svc_path, order);
  run();
}

void why_stage::cancel(std::int64_t request, const std::string& reason) {
  send(brd_path, cancel_request{buildrequest_id{request}, reason, "c", address_of("/asker")});
  run();
}

void why_stage::stop(const std::string& builder, std::int64_t request, const std::string& reason) {
  send(builder_path(builder),
       stop_build{build_record(request).id, reason, records::result_code::cancelled, "s",
                  address_of("/asker")});
  run();
}

void why_stage::control_worker(const std::string& worker, const std::string& action,
                               const std::string& reason) {
  send(worker_path(worker),
       ::troupe::botmaster::control_worker{action, reason, "w", address_of("/asker")});
  run();
}

std::shared_ptr<gate> why_stage::close(std::string_view path, gate::choice held) {
  auto made = std::make_shared<gate>(address_of(path), std::move(held));
  address_of(path).at()->bind(made);
  return made;
}

// -- what came of it ------------------------------------------------------------------------------

records::buildrequest why_stage::request(std::int64_t id) {
  return storage::find_buildrequest(read(), buildrequest_id{id}).value();
}

bool why_stage::is_claimed(std::int64_t id) {
  return request(id).claimed_at.has_value();
}

records::build why_stage::build_record(std::int64_t request) {
  auto builds = storage::builds_of_request(read(), buildrequest_id{request});
  REQUIRE_FALSE(builds.empty());
  return builds.back();
}

std::string why_stage::build_of(std::int64_t request) {
  return the_build(read(), build_record(request).id).name;
}

void why_stage::ask_only(std::vector<std::string> arguments, const std::string& command) {
  io_loop_->mail.clear();
  debug::shell_request request{1, ++asked_, command, std::move(arguments)};
  send(debug::debug_path, io::bytes_received{connection, bytes{print(to_json(request)) + "\n"}});
  run();
}

json why_stage::shell(std::vector<std::string> arguments) {
  ask_only({arguments.begin() + 1, arguments.end()}, arguments[0]);
  for (int waits = 0; io_loop_->heard<io::write_bytes>().empty() && waits < 10; ++waits)
    advance(std::chrono::seconds{3});
  return last_answer();
}

json why_stage::last_answer() {
  auto answers = io_loop_->heard<io::write_bytes>();
  REQUIRE(answers.size() == 1);
  auto answer = parse_json(answers[0].data).value().as_object();
  return answer.at(answer.at("ok").as_bool() ? "content" : "error");
}

boost::json::object why_stage::why(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "why");
  return shell(std::move(arguments)).as_object();
}

} // namespace troupe::testing
