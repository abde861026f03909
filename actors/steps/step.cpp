// What several steps share, and where each is found.
#include "actors/steps/step.hpp"

namespace troupe::steps {

using workers::datum;
using workers::transfer_method;

void step_logic::command_done(step_host& host, const command_outcome& outcome) const {
  host.finish(outcome.good() ? records::result_code::success : records::result_code::failure);
}

void step_logic::transfer(step_host& host, const transfer_request& call) const {
  host.answer_transfer(call.request,
                       call.method == transfer_method::read ? datum::raw({}) : datum::none());
}

void step_logic::file_done(step_host&, const file_outcome&) const {}
void step_logic::woken(step_host&) const {}
bool step_logic::leave(step_host&) const {
  return false;
}

const step_logic* find_step(std::string_view class_name) {
  return model::role_of<step_logic>(model::find_component(model::component_use::step, class_name));
}

const boost::json::object& step_defaults(std::string_view class_name) {
  static const auto all = [] {
    std::map<std::string_view, boost::json::object> made;
    for (const auto* one : model::catalogue())
      if (one->use == model::component_use::step)
        for (const auto& argument : one->arguments)
          made[one->name][{argument.name.data(), argument.name.size()}] =
              one->fallback(argument.name);
    return made;
  }();
  static const boost::json::object none;
  auto found = all.find(class_name);
  return found == all.end() ? none : found->second;
}

datum to_datum(const json& value) {
  switch (value.kind()) {
  case boost::json::kind::null:
    return datum::none();
  case boost::json::kind::bool_:
    return datum::boolean(value.get_bool());
  case boost::json::kind::int64:
    return datum::integer(value.get_int64());
  case boost::json::kind::uint64:
    return datum::integer(static_cast<std::int64_t>(value.get_uint64()));
  case boost::json::kind::double_:
    return datum::real(value.get_double());
  case boost::json::kind::string:
    return datum::text(text_of(value));
  case boost::json::kind::array: {
    datum::list_type items;
    for (const auto& one : value.get_array())
      items.push_back(to_datum(one));
    return datum::list(std::move(items));
  }
  case boost::json::kind::object: {
    auto out = datum::map();
    for (const auto& [key, one] : value.get_object())
      out.add(std::string{key}, to_datum(one));
    return out;
  }
  }
  return datum::none();
}

std::string text_of(const json& value, std::string otherwise) {
  if (value.is_string())
    return {value.get_string().data(), value.get_string().size()};
  if (value.is_null())
    return otherwise;
  return print(value);
}

bool flag(const step_host& host, std::string_view name, bool otherwise) {
  const auto& given = host.argument(name);
  return given.is_bool() ? given.get_bool() : otherwise;
}

bool at_least(const std::vector<std::int64_t>& version, std::int64_t major, std::int64_t minor) {
  return !version.empty() && version >= std::vector{major, minor};
}

records::result_code decode_rc(const step_host& host, const command_outcome& outcome) {
  using records::result_code;
  if (!outcome.rc)
    return result_code::failure;
  const auto& table = host.argument("decodeRC");
  if (!table.is_object())
    return *outcome.rc == 0 ? result_code::success : result_code::failure;
  auto* found = table.get_object().if_contains(std::to_string(*outcome.rc));
  if (!found || !found->is_number())
    return result_code::failure;
  auto code = found->to_number<int>();
  return code >= 0 && code <= 6 ? static_cast<result_code>(code) : result_code::exception;
}

} // namespace troupe::steps
