package shop;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;

@Entity
class Ticket {

	@Id
	@GeneratedValue
	private Long number;

	Long number() {
		return this.number;
	}

}
