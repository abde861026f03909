#include "actors/schedulers/periodic/periodic.hpp"

#include "actors/botmaster/brd/accepted_requests.hpp"
#include "actors/botmaster/paths.hpp"
#include "actors/config/lua/function_runner.hpp"
#include "actors/config/model/service_role.hpp"
#include "actors/schedulers/buildset_builder.hpp"
#include "storage/store.hpp"
#include "storage/tables/state.hpp"

namespace troupe::schedulers {

namespace {

constexpr std::string_view class_name = "Periodic", value_name = "last_build";
/// For the distributor to answer a request; then it is sent again.
constexpr span request_patience = std::chrono::seconds{10};
/// Until another try when no buildset could be made.
constexpr span retry_after = std::chrono::minutes{1};

enum class periodic_cause : int { not_due, request_out, request_refused };
constexpr auto names_of(periodic_cause) {
  return std::array<std::string_view, 3>{"periodic.not_due", "periodic.request_out",
                                         "periodic.request_refused"};
}

} // namespace

periodic::periodic() : functions_{std::make_unique<model::function_runner>()} {}
periodic::~periodic() = default;

void periodic::init() {
  send(address_of(schedulers_path), enrol_scheduler{config().scheduler.name, me()});
}

void periodic::on(const scheduler_enrolled& news) {
  if (state().record.id)
    return;
  state().record = news.record;
  read_stored();
  arm();
  ready();
}

// The interval may be another one.
void periodic::code_change() {
  if (state().record.id && !state().out)
    arm();
}

void periodic::read_stored() {
  auto from = store().read();
  state().requests = botmaster::last_request(from, config().scheduler.name).number;
  state().last_build.reset();
  if (auto kept = storage::find_object_state(from, class_name, config().scheduler.name, value_name))
    from_json(state().last_build.emplace(), *kept).value();
}

void periodic::arm() {
  auto due = state().last_build ? *state().last_build + config().periodic_build_timer : now();
  state().due = std::max(due, now());
  start_timer("actuation", *state().due - now(), actuation_due{});
}

void periodic::on(const actuation_due&) {
  botmaster::add_buildset wanted;
  wanted.set.scheduler = config().scheduler.name;
  wanted.set.reason = reason_of(config().scheduler);
  wanted.requester = me();
  wanted.number = state().requests + 1;
  wanted.token = fmt::format("{}.{:x}", wanted.number, random());
  wanted.along.put(records::object_state{std::string{class_name}, config().scheduler.name,
                                         std::string{value_name}, to_json(now())});
  if (auto made = compose(config().scheduler, {}, {}, *functions_, wanted); !made) {
    state().refusal = made.error().message;
    log(runtime::level::error, "no buildset: {}", state().refusal);
    state().due = now() + retry_after;
    start_timer("actuation", retry_after, actuation_due{});
    return;
  }
  state().refusal.clear();
  state().last_build = now();
  state().due.reset();
  state().out = std::move(wanted);
  send_request();
}

// Sent again, it bears the same number and token: it is accepted once.
void periodic::send_request() {
  send(address_of(botmaster::brd_path), *state().out);
  start_timer("request", request_patience, periodic_request_due{state().out->token});
}

bool periodic::is_out(const std::string& token) const {
  return state().out && state().out->token == token;
}

void periodic::on(const periodic_request_due& time) {
  if (is_out(time.token))
    send_request();
}

void periodic::on(const botmaster::buildset_added& news) {
  if (!is_out(news.token))
    return;
  cancel_timer("request");
  state().requests = state().out->number;
  state().out.reset();
  state().refusal.clear();
  arm();
}

void periodic::on(const botmaster::buildset_refused& news) {
  if (!is_out(news.token))
    return;
  state().refusal = news.message;
  log(runtime::level::error, "no buildset yet: {}", news.message);
}

// The former incarnation's request was accepted: what it stored is the last actuation.
void periodic::on(const botmaster::buildset_request_outdated& news) {
  if (!is_out(news.token))
    return;
  cancel_timer("request");
  state().out.reset();
  read_stored();
  arm();
}

std::optional<runtime::causes> periodic::explain(const runtime::query&) {
  using enum periodic_cause;
  runtime::thing about{"scheduler", config().scheduler.name, 0};
  if (!state().record.id)
    return runtime::causes{
        {runtime::service_cause::waits_for_store,
         fmt::format("scheduler {} has no number in the store yet", config().scheduler.name),
         about}};
  runtime::causes all;
  if (!state().refusal.empty())
    all.push_back({request_refused, "its last request was refused: " + state().refusal, about});
  if (state().out)
    all.push_back({request_out, "its request waits for the distributor", about});
  if (state().due)
    all.push_back(
        {not_due,
         fmt::format("the next build is due in {}", runtime::lasting(*state().due - now())),
         about,
         {},
         *state().due});
  return all;
}

const runtime::service_kind& periodic::static_kind() {
  static const auto kind =
      runtime::make_kind<periodic>("periodic", "Periodic: a buildset every so often");
  return kind;
}

namespace {

class periodic_role final : public model::service_of<periodic> {};
const periodic_role periodic_conduct;

void read_interval(json& value, model::part_check& with) {
  if (value.is_number() && value.to_number<double>() == 0)
    return with.expected("periodicBuildTimer", "seconds, more than 0,", value);
  model::check_value({"periodicBuildTimer", model::types::seconds, model::required, ""}, value,
                     with);
}

} // namespace

extern const model::component periodic_component;
const model::component periodic_component{
    .space = "schedulers",
    .name = "Periodic",
    .use = model::component_use::scheduler,
    .summary = "Builds every so many seconds.",
    .arguments = scheduler_arguments({{"periodicBuildTimer", model::types::seconds, model::required,
                                       "Seconds from one build to the next.", read_interval}}),
    .positional = {.count = 1},
    .check = check_scheduler,
    .role = &periodic_conduct,
};

} // namespace troupe::schedulers
