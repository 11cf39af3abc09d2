// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// A token that does not do what it says: every transfer succeeds and none moves anything.
contract CarelessToken {
    string public name = "USDC";
    string public version = "2";
    uint8 public constant decimals = 6;

    function balanceOf(address) external pure returns (uint256) {
        return type(uint256).max;
    }

    function authorizationState(address, bytes32) external pure returns (bool) {
        return false;
    }

    function transferWithAuthorization(
        address, address, uint256, uint256, uint256, bytes32, uint8, bytes32, bytes32
    ) external {}

    function transferWithAuthorization(address, address, uint256, uint256, uint256, bytes32, bytes memory) external {}
}
