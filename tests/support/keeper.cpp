#include "tests/support/keeper.hpp"

#include "runtime/service/branch.hpp"
#include "storage/hex.hpp"

namespace troupe::testing {

using namespace runtime;

namespace {

class keeper : public service_base {
public:
  explicit keeper(std::string_view state) : state_{state} {}

  const service_kind& kind() const override { return keeper_kind(); }
  bytes state_bytes() const override { return state_; }
  json state_json() const override { return to_json(to_hex(state_)); }
  result<void> load_state(std::string_view in) override {
    state_ = in;
    return {};
  }
  json config_json() const override { return nullptr; }
  result<void> offer_config(std::string_view) override { return {}; }
  void exchange_config() override {}
  void drop_offered_config() override {}

private:
  bytes state_;
};

} // namespace

const service_kind& keeper_kind() {
  static const auto kind = [] {
    service_kind made;
    made.name = "keeper";
    made.about = "keeps a state";
    made.config = made.state = codec_of<branch_config>(); // nothing of it is known
    made.make = [](std::string_view config) -> result<std::unique_ptr<service_base>> {
      return std::unique_ptr<service_base>{std::make_unique<keeper>(config)};
    };
    return made;
  }();
  return kind;
}

} // namespace troupe::testing
