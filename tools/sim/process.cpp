#include "tools/sim/process.hpp"

#include "actors/config/lua/loader.hpp"
#include "actors/config/model/secret_redaction.hpp"
#include "actors/master/tree.hpp"
#include "runtime/io/io_loop.hpp"

namespace troupe::sim {

namespace {

/// 2026-11-26, a Thursday at midnight.
constexpr instant first_day{std::chrono::seconds{1'795'651'200}};
/// Stands for the I/O loop in the system and passes its commands to the network.
class io_loop_sink final : public runtime::sink {
public:
  explicit io_loop_sink(network& to) : to_{to} {}
  void deliver(runtime::envelope what) override { to_.deliver(std::move(what)); }

private:
  network& to_;
};

storage::store_options in_memory() {
  storage::store_options made;
  made.records_bytes_max = std::size_t{1} << 30;
  made.log_period_bytes_max = std::size_t{1} << 30;
  made.readers_max = 16;
  return made;
}

} // namespace

process::process(const environment& at) : at_{at} {
  auto config_file = at_.folder + "/" + at_.config_file;
  auto loaded = model::load_configuration(config_file).value();
  store_ = storage::store::open(at_.folder + "/store", in_memory()).value();
  runtime::system_options options;
  options.deterministic = true;
  options.seed = at_.seed;
  options.virtual_start = first_day + at_.elapsed + at_.clock_set;
  found_ = master::recover(*store_, "simulated:/master", options.virtual_start).value();
  store_->watch(&at_.simulated_disk);
  sys_ = std::make_unique<runtime::system>(at_.kinds, at_.log, options);
  sys_->use(store_.get());
  steps_ = std::make_unique<runtime::stepper>(*sys_);
  model::seal_secrets(loaded, sys_->secrets());
  at_.net.serve(*sys_, [this] { return elapsed(); });
  io_loop_ = std::make_shared<io_loop_sink>(at_.net);
  sys_->address_of(io::io_loop_path).at()->bind(io_loop_);
  sys_->when_up([this] { up_ = true; });
  sys_->start(master::wanted_root(std::move(loaded),
                                  {at_.folder, config_file, found_.id, "simulated:/master", 1000}),
              [this](std::string reason) { ended_ = std::move(reason); });
}

process::~process() {
  at_.net.died();
  if (!ended_) {
    sys_->kill();
    steps_->run();
  }
}

void process::set_clock(span by) {
  sys_->set_clock(by);
}

} // namespace troupe::sim
