#include "runtime/cell/system.hpp"

#include <caf/all.hpp>

#include "runtime/cell/cell.hpp"
#include "storage/wall_time.hpp"

namespace troupe::runtime {

namespace {

// CAF's defaults starve actors: the newest job first, and no end to a turn (caf.md, chapter 6).
void tune(caf::actor_system_config& config, const system_options& options) {
  config.set("scheduler.policy",
             options.deterministic ? caf::atom("testing") : caf::atom("sharing"));
  config.set("scheduler.max-threads", options.threads);
  config.set("scheduler.max-throughput", std::size_t{100});
}

} // namespace

system::system(const kind_registry& kinds, logger& log, system_options options)
  : kinds_{kinds}, log_{log}, options_{options},
    dog_{options.handler_patience, [this](const stuck_handler& what, bool returned) {
           auto seconds = std::chrono::duration<double>(what.since).count();
           auto message = returned ? fmt::format("has returned from {} after more than {:.1f} s",
                                                 what.handling, seconds)
                                   : fmt::format("is stuck: it has been handling {} for {:.1f} s",
                                                 what.handling, seconds);
           log_.write({now(), returned ? level::warning : level::error, what.path, message});
         }} {
  tune(config_, options_);
  caf_ = std::make_unique<caf::actor_system>(config_);
  if (!options_.deterministic)
    dog_.begin();
  else
    caf_->await_actors_before_shutdown(false);
}

system::~system() {
  for (const auto& one : paths_.listing())
    one->unbind();
  root_ = nullptr;
  caf_.reset();
}

void system::start(child_spec root, std::function<void(std::string)> ended) {
  ended_ = std::move(ended);
  root_ = spawn_cell(*this, "/", std::move(root), {});
  order_cell(root_, child_order::start);
}

void system::stop() {
  if (root_)
    order_cell(root_, child_order::stop);
}

void system::kill() {
  if (root_)
    order_cell(root_, child_order::kill);
}

void system::root_ended(const std::string& reason) {
  if (auto report = std::exchange(ended_, nullptr))
    report(reason);
}

void system::root_ready() {
  if (auto up = std::exchange(up_, nullptr))
    up();
}

instant system::now() const {
  if (!options_.deterministic)
    return wall_time();
  auto since = timer_now().time_since_epoch();
  return options_.virtual_start + clock_set_ + std::chrono::duration_cast<span>(since);
}

std::chrono::steady_clock::time_point system::timer_now() const {
  return caf_->clock().now();
}

void system::send(const address& to, any_message what, const address& from) {
  if (to)
    to.at()->deliver({std::move(what), from});
}

} // namespace troupe::runtime
