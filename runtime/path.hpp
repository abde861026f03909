// Names of any characters as segments of paths: '/' and '%' are percent-encoded.
#pragma once

#include <string>
#include <string_view>

namespace troupe::runtime {

std::string path_segment(std::string_view name);
std::string name_of_segment(std::string_view segment);

} // namespace troupe::runtime
