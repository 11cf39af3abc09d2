package io.github.x402spring.webmvc;

import org.springframework.stereotype.Controller;

@Controller
class TrapHandlers {

}
